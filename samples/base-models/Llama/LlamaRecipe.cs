using Platform.Modeling.Llama;
using Platform.Modeling.Tokenization;

namespace Platform.BaseModels.Llama;

/// <summary>The figures of the quickstart's base model. A million parameters, two megabytes in bfloat16.</summary>
public static class LlamaRecipe
{
    public const string EndToken = "<|end|>";
    public const string PadToken = "<|pad|>";
    public const int VocabularySize = 1024;

    /// <summary>Rows of the corpus that the tokenizer learns from.</summary>
    public const int TokenizerRows = 20_000;

    public const int RowsPerStep = 32;
    public const int MaxLength = 160;
    public const long Steps = 1300;
    public const double LearningRate = 3e-3;

    public static LlamaConfig Model(Tokenizer tokenizer) => new()
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
