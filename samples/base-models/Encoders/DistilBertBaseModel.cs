using Platform.Modeling.DistilBert;
using Platform.Modeling.Tokenization;
using Platform.Recipes.Generator.Deliveries;
using static TorchSharp.torch;

namespace Platform.BaseModels.Encoders;

/// <summary>A DistilBERT that has read delivery notes, and what people ask about them and hear.</summary>
public sealed class DistilBertBaseModel : IBaseModel
{
    public string Name => "distilbert";

    public bool Make(string folder, long? steps) => new MaskedPretraining(DeliveryCorpus.Texts, tokenizer => new DistilBertForMaskedLm(Config(tokenizer), ScalarType.Float32, CPU))
    {
        VocabularySize = 900,
        Steps = 1200,
        LearningRate = 2e-3,
        Passes = 0.6,
        Reply = DeliveryCorpus.ReplyOf,
    }.Make(folder, steps);

    private static DistilBertConfig Config(Tokenizer tokenizer) => new()
    {
        ClassName = "DistilBertForMaskedLM",
        VocabularySize = tokenizer.VocabularySize,
        HiddenSize = 96,
        IntermediateSize = 384,
        Layers = 3,
        Heads = 4,
        MaxPositions = 160,
        InitializerRange = 0.06, // 0.02 is for rows eight times as long: 0.02 · √8
        TieWordEmbeddings = true,
        HiddenDropout = 0,
        AttentionDropout = 0,
        SequenceHeadDropout = 0,
        AnswerHeadDropout = 0,
        PadTokenId = 0,
    };
}
