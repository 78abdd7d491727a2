using Platform.Modeling.Encoders;

namespace Platform.Modeling.Deberta;

/// <summary>The classes of the family.</summary>
internal static class DebertaFamily
{
    public static readonly IReadOnlyList<ModelFamily> Models = EncoderHeads.Of(
        "DebertaV2",
        "deberta-v2",
        "deberta",
        DebertaConfig.Parse,
        (config, _, dtype, device) => new DebertaModel(config, dtype, device),
        (config, dtype, device) => new DebertaForMaskedLm(config, dtype, device),
        (config, dtype, device) => new DebertaForSequenceClassification(config, dtype, device));
}
