using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Normalizers;

/// <summary>Removes white space at the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    public AlignedText Normalize(AlignedText text)
    {
        var (start, end) = (0, text.Length);
        while (left && start < end && CodePoints.IsWhiteSpace(text[start])) start++;
        while (right && end > start && CodePoints.IsWhiteSpace(text[end - 1])) end--;
        return text.Part(start, end);
    }
}
