using Platform.Modeling.Gemma2;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Gemma3;

/// <summary>The classes of the family's text model, which has no token classifier.</summary>
internal static class Gemma3Family
{
    public static readonly IReadOnlyList<ModelFamily> Models =
    [
        .. DecoderHeads.Of(
            "Gemma3",
            "gemma3_text",
            (json, dtype, device) => new Gemma2ForCausalLm(Gemma3Config.Parse(json), dtype, device),
            headPrefix: "Gemma3Text").Where(family => family.Task != typeof(TokenClassifier)),
    ];
}
