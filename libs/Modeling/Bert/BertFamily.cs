using Platform.Modeling.Encoders;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Bert;

/// <summary>The classes of the family.</summary>
internal static class BertFamily
{
    private static readonly IReadOnlyList<ModelFamily> Heads = EncoderHeads.Of(
        "Bert",
        "bert",
        "bert",
        BertConfig.Parse,
        (config, pooled, dtype, device) => new BertModel(config, pooled, dtype, device),
        (config, dtype, device) => new BertForMaskedLm(config, dtype, device),
        (config, dtype, device) => new BertForSequenceClassification(config, dtype, device));

    /// <summary>Of a model that also tells which sentence follows, only the masked language model is taken.</summary>
    public static readonly IReadOnlyList<ModelFamily> Models =
        [.. Heads, Heads.First(family => family.Task == typeof(MaskedLanguageModel)) with { Architecture = "BertForPreTraining" }];
}
