using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Normalizers;

/// <summary>Replaces every match by a fixed text, all of which stands for the last code point of the match.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : INormalizer
{
    private readonly int[] _content = CodePoints.Of(content);

    public AlignedText Normalize(AlignedText text)
    {
        var builder = new AlignedTextBuilder(text.Length);
        var last = 0;
        foreach (var (start, end) in pattern.Matches(text, 0, text.Length))
        {
            builder.Copy(text, last, start);
            foreach (var point in _content) builder.Add(point, text, end - 1);
            Growth.Check(text.Length, builder.Length - _content.Length);
            last = end;
        }

        if (last == 0 && builder.Length == 0) return text;
        builder.Copy(text, last, text.Length);
        return builder.Build();
    }
}
