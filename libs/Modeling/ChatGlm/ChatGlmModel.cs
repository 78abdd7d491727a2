using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.ChatGlm;

/// <summary>The decoder with its head: the names below <c>transformer.</c> in the checkpoint.</summary>
public sealed class ChatGlmModel : nn.Module
{
    [ComponentName(Name = "embedding")] private readonly ChatGlmEmbedding _embedding;
    [ComponentName(Name = "encoder")] private readonly ChatGlmEncoder _encoder;
    [ComponentName(Name = "output_layer")] private readonly nn.Module<Tensor, Tensor> _head;

    public ChatGlmModel(ChatGlmConfig config, ScalarType dtype, Device device)
        : base(nameof(ChatGlmModel))
    {
        _embedding = new ChatGlmEmbedding(config, dtype, device);
        _encoder = new ChatGlmEncoder(config, dtype, device);
        _head = new Linear(config.HiddenSize, config.VocabularySize, bias: false, dtype, device);
        RegisterComponents();
    }

    internal IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks => _encoder.Blocks;

    internal Tensor Embed(Tensor ids) => _embedding.call(ids);

    internal Tensor FinalNorm(Tensor hidden) => _encoder.FinalNorm(hidden);

    internal Tensor Head(Tensor hidden) => _head.call(hidden);
}
