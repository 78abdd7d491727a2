using Platform.Modeling.Llama;
using Platform.Modeling.Mistral;
using Platform.Torch;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests;

/// <summary>Small models with random weights.</summary>
internal static class Some
{
    public static readonly LlamaConfig Config = new()
    {
        VocabularySize = 50,
        HiddenSize = 16,
        Layers = 3,
        IntermediateSize = 24,
        Heads = 4,
        KeyValueHeads = 2,
        HeadWidth = 4,
        MaxPositions = 64,
        InitializerRange = 0.5,
        EosTokenIds = [2],
        PadTokenId = 0,
    };

    public static LlamaForCausalLm Model(LlamaConfig? config = null, long seed = 1)
    {
        var model = new LlamaForCausalLm(config ?? Config, ScalarType.Float32, CPU);
        using var generator = Seeds.Generator(seed, CPU);
        model.Initialize(generator);
        model.eval();
        return model;
    }

    /// <summary>A model whose blocks all see so many positions.</summary>
    public static LlamaForCausalLm Sliding(long window)
    {
        var json = Config.ToJson();
        json["sliding_window"] = window;
        return Model(MistralConfig.Parse(json));
    }

    public static Tensor Ids(params long[] ids) => tensor(ids, 1, ids.Length);
}
