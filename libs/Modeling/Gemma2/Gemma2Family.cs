using Platform.Modeling.Tasks;

namespace Platform.Modeling.Gemma2;

/// <summary>The classes of the family.</summary>
internal static class Gemma2Family
{
    public static readonly IReadOnlyList<ModelFamily> Models =
        DecoderHeads.Of("Gemma2", "gemma2", (json, dtype, device) => new Gemma2ForCausalLm(Gemma2Config.Parse(json), dtype, device));
}
