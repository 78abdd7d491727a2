using Platform.Data.Collation;
using Platform.Modeling.Llama;
using Platform.Peft;
using Platform.Peft.Lora;
using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Training.Bench;

/// <summary>What every variant trains: a Llama and the rows of a step, all of whose tokens are learned.</summary>
internal sealed record Workload
{
    public const int Rank = 16;

    /// <summary>The layers a LoRA adapts: PEFT's default for Llama.</summary>
    public static readonly ModulePattern Adapted = ModulePattern.List("q_proj", "v_proj");

    public static readonly LoraOptions Lora = new() { Rank = Rank, Alpha = 2 * Rank, TargetModules = Adapted };

    public static readonly Workload Large = new()
    {
        Config = new()
        {
            VocabularySize = 32_000,
            HiddenSize = 512,
            IntermediateSize = 1376,
            Heads = 8,
            KeyValueHeads = 8,
            HeadWidth = 64,
            Layers = 8,
        },
        Batch = 4,
        Sequence = 512,
    };

    public static readonly Workload Medium = new()
    {
        Config = new()
        {
            VocabularySize = 8000,
            HiddenSize = 256,
            IntermediateSize = 688,
            Heads = 4,
            KeyValueHeads = 4,
            HeadWidth = 64,
            Layers = 4,
        },
        Batch = 4,
        Sequence = 256,
    };

    public static readonly Workload Small = new()
    {
        Config = new()
        {
            VocabularySize = 1000,
            HiddenSize = 64,
            IntermediateSize = 176,
            Heads = 4,
            KeyValueHeads = 2,
            HeadWidth = 16,
            Layers = 2,
        },
        Batch = 4,
        Sequence = 64,
    };

    public required LlamaConfig Config { get; init; }

    public required int Batch { get; init; }

    public required int Sequence { get; init; }

    /// <summary>With its first values; always the same ones.</summary>
    public LlamaForCausalLm Model()
    {
        var model = new LlamaForCausalLm(Config, ScalarType.Float32, CPU);
        using var generator = Seeds.Generator(0, CPU);
        model.Initialize(generator);
        return model;
    }

    public IReadOnlyList<SupervisedExample> Rows()
    {
        using var ids = Ids();
        var tokens = ids.data<long>().Select(id => (int)id).ToArray();
        return [.. tokens.Chunk(Sequence).Select(row => new SupervisedExample(row, row))];
    }

    /// <summary>int64 [batch, sequence]</summary>
    public Tensor Ids()
    {
        using var generator = Seeds.Generator(1, CPU);
        return randint(Config.VocabularySize, [Batch, Sequence], ScalarType.Int64, CPU, generator: generator);
    }
}
