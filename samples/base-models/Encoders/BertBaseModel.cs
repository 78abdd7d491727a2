using Platform.Modeling.Bert;
using Platform.Modeling.Tokenization;
using Platform.Recipes.Generator.Tickets;
using static TorchSharp.torch;

namespace Platform.BaseModels.Encoders;

/// <summary>A BERT that has read customers' tickets and the replies to them.</summary>
public sealed class BertBaseModel : IBaseModel
{
    public string Name => "bert";

    public bool Make(string folder, long? steps) => new MaskedPretraining(TicketCorpus.Texts, tokenizer => new BertForMaskedLm(Config(tokenizer), ScalarType.Float32, CPU))
    {
        VocabularySize = 700,
        Steps = 600,
        LearningRate = 2e-3,
        Passes = 0.35, // of a reply that is hidden as a whole, one of three can be guessed
        HidesPair = true,
    }.Make(folder, steps);

    private static BertConfig Config(Tokenizer tokenizer) => new()
    {
        ClassName = "BertForMaskedLM",
        VocabularySize = tokenizer.VocabularySize,
        HiddenSize = 96,
        IntermediateSize = 384,
        Layers = 3,
        Heads = 4,
        MaxPositions = 128,
        InitializerRange = 0.06, // 0.02 is for rows eight times as long: 0.02 · √8
        TieWordEmbeddings = true,
        HiddenDropout = 0,
        AttentionDropout = 0,
        PadTokenId = 0,
    };
}
