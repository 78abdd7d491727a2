using System.Buffers.Binary;
using System.Text;

namespace Platform.Modeling.Tokenization.Text;

/// <summary>
/// SentencePiece's compiled character map: a double-array trie (Aoe 1989, https://doi.org/10.1109/32.31365, in the layout of
/// darts-clone) from UTF-8 strings to places in a list of replacements.
/// </summary>
internal sealed class CharacterMap
{
    private readonly uint[] _trie;
    private readonly byte[] _replacements;

    /// <exception cref="InvalidDataException">The map contradicts its own size.</exception>
    public CharacterMap(byte[] map)
    {
        if (map.Length < 4) throw new InvalidDataException($"precompiled_charsmap has {map.Length} bytes; expected a trie behind its size.");
        var size = BinaryPrimitives.ReadUInt32LittleEndian(map);
        if (size % 4 != 0 || size > map.Length - 4) throw new InvalidDataException($"precompiled_charsmap names a trie of {size} bytes and has {map.Length}.");
        _trie = new uint[size / 4];
        for (var i = 0; i < _trie.Length; i++) _trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(map.AsSpan(4 + (i * 4)));
        _replacements = map[(4 + (int)size)..];
    }

    /// <summary>What the shortest rule that begins the text makes of it; null where none does.</summary>
    public string? Shortest(ReadOnlySpan<byte> text)
    {
        var position = Root;
        for (var i = 0; i < text.Length; i++)
        {
            if (!Step(ref position, text[i], out var value)) return null;
            if (value is { } start) return Replacement(start);
        }

        return null;
    }

    /// <summary>What the longest rule that begins the text makes of how many of its code points; null where none does.</summary>
    public (int Points, int[] Replacement)? Longest(ReadOnlySpan<int> text)
    {
        (int Points, int Start)? longest = null;
        var position = Root;
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < text.Length; i++)
        {
            int? value = null;
            foreach (var one in bytes[..new Rune(text[i]).EncodeToUtf8(bytes)])
            {
                if (!Step(ref position, one, out value)) return Found();
            }

            if (value is { } start) longest = (i + 1, start);
        }

        return Found();

        (int, int[])? Found() => longest is { } rule ? (rule.Points, CodePoints.Of(Replacement(rule.Start))) : null;
    }

    private uint Root => Offset(At(0));

    // Units: bit 8 has a leaf, bits 0-7 the label (bit 31 marks a value), bits 10-30 the offset, bit 9 its scale.
    private bool Step(ref uint position, byte label, out int? value)
    {
        value = null;
        if (label == 0) return false;
        position ^= label;
        var unit = At(position);
        if ((unit & 0x800000FF) != label) return false;
        position ^= Offset(unit);
        if ((unit & 0x100) != 0) value = (int)(At(position) & 0x7FFFFFFF);
        return true;
    }

    private uint At(uint position) => position < _trie.Length ? _trie[position] : 0;

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);

    private string Replacement(int start)
    {
        if (start >= _replacements.Length) throw new InvalidDataException($"precompiled_charsmap points to byte {start} of {_replacements.Length} bytes of replacements.");
        var rest = _replacements.AsSpan(start);
        var end = rest.IndexOf((byte)0);
        return System.Text.Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }
}
