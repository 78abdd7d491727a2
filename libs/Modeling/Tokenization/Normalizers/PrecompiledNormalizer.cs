using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Normalizers;

/// <summary>
/// SentencePiece's compiled character map: a double-array trie from UTF-8 strings to places in a list of replacements. It is
/// asked for each grapheme cluster (of up to five bytes) as a whole, then for each of its code points, as the reference does.
/// </summary>
internal sealed class PrecompiledNormalizer : INormalizer
{
    private const int LongestClusterBytes = 5;

    private readonly uint[] _trie;
    private readonly byte[] _replacements;

    public PrecompiledNormalizer(byte[] map)
    {
        if (map.Length < 4) throw new InvalidDataException($"normalizer.precompiled_charsmap has {map.Length} bytes; expected a trie behind its size.");
        var size = BinaryPrimitives.ReadUInt32LittleEndian(map);
        if (size % 4 != 0 || size > map.Length - 4) throw new InvalidDataException($"normalizer.precompiled_charsmap names a trie of {size} bytes and has {map.Length}.");
        _trie = new uint[size / 4];
        for (var i = 0; i < _trie.Length; i++) _trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(map.AsSpan(4 + (i * 4)));
        _replacements = map[(4 + (int)size)..];
    }

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

    // Darts-clone units: bit 8 has a leaf, bits 0-7 the label (31 marks a value), bits 10-30 the offset, bit 9 its scale.
    private string? Replacement(string key)
    {
        uint position = 0;
        var unit = At(0);
        position ^= Offset(unit);
        foreach (var value in System.Text.Encoding.UTF8.GetBytes(key))
        {
            if (value == 0) return null;
            position ^= value;
            unit = At(position);
            if ((unit & 0x800000FF) != value) return null;
            position ^= Offset(unit);
            // The reference takes the shortest key that begins the string.
            if ((unit & 0x100) != 0) return Text((int)(At(position) & 0x7FFFFFFF));
        }

        return null;
    }

    private uint At(uint position) => position < _trie.Length ? _trie[position] : 0;

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);

    private string Text(int start)
    {
        var end = Array.IndexOf(_replacements, (byte)0, Math.Min(start, _replacements.Length));
        return System.Text.Encoding.UTF8.GetString(_replacements, start, (end < 0 ? _replacements.Length : end) - start);
    }
}
