using Platform.Modeling.Encoders;

namespace Platform.Modeling.DistilBert;

/// <summary>The classes of the family.</summary>
internal static class DistilBertFamily
{
    public static readonly IReadOnlyList<ModelFamily> Models = EncoderHeads.Of(
        "DistilBert",
        "distilbert",
        "distilbert",
        DistilBertConfig.Parse,
        (config, _, dtype, device) => new DistilBertModel(config, dtype, device),
        (config, dtype, device) => new DistilBertForMaskedLm(config, dtype, device),
        (config, dtype, device) => new DistilBertForSequenceClassification(config, dtype, device));
}
