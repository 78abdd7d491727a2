using Platform.Modeling.Bert;
using Platform.Modeling.Encoders;

namespace Platform.Modeling.Roberta;

/// <summary>The classes of the family.</summary>
internal static class RobertaFamily
{
    public static readonly IReadOnlyList<ModelFamily> Models = EncoderHeads.Of(
        "Roberta",
        "roberta",
        "roberta",
        RobertaConfig.Parse,
        (config, pooled, dtype, device) => new BertModel(config, pooled, dtype, device),
        (config, dtype, device) => new RobertaForMaskedLm(config, dtype, device),
        (config, dtype, device) => new RobertaForSequenceClassification(config, dtype, device));
}
