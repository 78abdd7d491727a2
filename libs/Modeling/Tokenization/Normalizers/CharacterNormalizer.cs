using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Normalizers;

/// <summary>Rewrites code point by code point.</summary>
internal sealed class CharacterNormalizer(Action<AlignedText, int, AlignedTextBuilder> write) : INormalizer
{
    public AlignedText Normalize(AlignedText text)
    {
        var builder = new AlignedTextBuilder(text.Length);
        for (var i = 0; i < text.Length; i++) write(text, i, builder);
        return builder.Build();
    }
}
