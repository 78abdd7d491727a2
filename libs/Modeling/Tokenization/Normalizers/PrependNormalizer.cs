using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Normalizers;

/// <summary>Puts a text in front of every text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public AlignedText Normalize(AlignedText text)
    {
        if (text.Length == 0) return text;
        var builder = new AlignedTextBuilder(text.Length + prefix.Length);
        foreach (var point in CodePoints.Of(prefix)) builder.Add(point, text, 0);
        builder.Copy(text, 0, text.Length);
        return builder.Build();
    }
}
