using System.Globalization;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Normalizers;

/// <summary>
/// SentencePiece's character map as Hugging Face tokenizers applies it: it is asked for each grapheme cluster (of up to five
/// bytes) as a whole, then for each of its code points.
/// </summary>
internal sealed class PrecompiledNormalizer(byte[] charactersMap) : INormalizer
{
    private const int LongestClusterBytes = 5;

    private readonly CharacterMap _map = new(charactersMap);

    public AlignedText Normalize(AlignedText text)
    {
        List<CodePointChange> changes = new(text.Length);
        var rest = text.ToString().AsSpan();
        while (rest.Length > 0)
        {
            // An ASCII character before another one is a cluster of its own, but for a line end of two.
            var length = rest[0] < 0x80 && rest[0] != '\r' && (rest.Length == 1 || rest[1] < 0x80) ? 1 : StringInfo.GetNextTextElementLength(rest);
            Rewrite(changes, rest[..length]);
            rest = rest[length..];
        }

        return CodePointChange.Apply(text, changes);
    }

    private void Rewrite(List<CodePointChange> changes, ReadOnlySpan<char> cluster)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(cluster) <= LongestClusterBytes && Replacement(cluster) is { } whole)
        {
            var replaced = 0;
            foreach (var _ in cluster.EnumerateRunes()) replaced++;
            Replace(changes, replaced, CodePoints.Of(whole));
            return;
        }

        Span<char> one = stackalloc char[2];
        foreach (var rune in cluster.EnumerateRunes())
        {
            if (Replacement(one[..rune.EncodeToUtf16(one)]) is { } part) Replace(changes, 1, CodePoints.Of(part));
            else changes.Add(new CodePointChange(rune.Value, 0));
        }
    }

    // What is replaced by nothing is removed by the code point before it; at the start of a text there is none, and the
    // offsets behind it are then too small. The reference counts so.
    private static void Replace(List<CodePointChange> changes, int replaced, int[] by)
    {
        for (var i = 0; i < by.Length; i++) changes.Add(new CodePointChange(by[i], i >= replaced ? 1 : 0));
        var removed = replaced - by.Length;
        if (removed > 0 && changes.Count > 0) changes[^1] = changes[^1] with { Change = changes[^1].Change - removed };
    }

    private string? Replacement(ReadOnlySpan<char> key)
    {
        Span<byte> bytes = stackalloc byte[LongestClusterBytes];
        return _map.Shortest(bytes[..System.Text.Encoding.UTF8.GetBytes(key, bytes)]);
    }
}
