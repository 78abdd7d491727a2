using System.Globalization;
using System.Text;
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
        foreach (var cluster in Clusters(text.ToString()))
        {
            var points = CodePoints.Of(cluster);
            if (System.Text.Encoding.UTF8.GetByteCount(cluster) <= LongestClusterBytes && Replacement(cluster) is { } whole)
            {
                Replace(changes, points.Length, CodePoints.Of(whole));
                continue;
            }

            foreach (var point in points)
            {
                if (Replacement(new Rune(point).ToString()) is { } part) Replace(changes, 1, CodePoints.Of(part));
                else changes.Add(new CodePointChange(point, 0));
            }
        }

        return CodePointChange.Apply(text, changes);
    }

    // What is replaced by nothing is removed by the code point before it; at the start of a text there is none, and the
    // offsets behind it are then too small. The reference counts so.
    private static void Replace(List<CodePointChange> changes, int replaced, int[] by)
    {
        for (var i = 0; i < by.Length; i++) changes.Add(new CodePointChange(by[i], i >= replaced ? 1 : 0));
        var removed = replaced - by.Length;
        if (removed > 0 && changes.Count > 0) changes[^1] = changes[^1] with { Change = changes[^1].Change - removed };
    }

    private static IEnumerable<string> Clusters(string text)
    {
        var clusters = StringInfo.GetTextElementEnumerator(text);
        while (clusters.MoveNext()) yield return clusters.GetTextElement();
    }

    private string? Replacement(string key) => _map.Shortest(System.Text.Encoding.UTF8.GetBytes(key));
}
