using Platform.FineTuning;
using Platform.Modeling.Llama;
using Platform.Modeling.Tokenization;

namespace Platform.Quickstart.BaseModel;

/// <summary>The figures of the base model. A million parameters, two megabytes in bfloat16.</summary>
public sealed record Recipe
{
    public const string EndToken = "<|end|>";
    public const string PadToken = "<|pad|>";

    public int VocabularySize { get; init; } = 1024;

    /// <summary>Rows of the corpus that the tokenizer learns from.</summary>
    public int TokenizerRows { get; init; } = 20_000;

    /// <summary>Rows in an optimizer step.</summary>
    public int RowsPerStep { get; init; } = 32;

    /// <summary>Rows are sorted by length within this many steps, so that little is padded.</summary>
    public int StepsPerPool { get; init; } = 16;

    public TrainingOptions Training { get; init; } = new()
    {
        MaxSteps = 1300,
        BatchSize = 1,
        LearningRate = 3e-3,
        Schedule = new() { Name = "cosine", WarmupRatio = 0.06 },
        WeightDecay = 0.05,
        MaxGradNorm = 1,
        Seed = 1,
    };

    public LlamaConfig Model(Tokenizer tokenizer) => new()
    {
        VocabularySize = VocabularySize,
        HiddenSize = 128,
        IntermediateSize = 384,
        Layers = 4,
        Heads = 4,
        KeyValueHeads = 4,
        HeadWidth = 32,
        MaxPositions = 256,
        NormEpsilon = 1e-5,
        TieWordEmbeddings = true,
        EosTokenIds = [tokenizer.EosTokenId!.Value],
        PadTokenId = tokenizer.PadTokenId,
    };
}
