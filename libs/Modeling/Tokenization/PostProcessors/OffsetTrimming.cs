using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.PostProcessors;

/// <summary>Takes the spaces that byte-level tokens begin or end with out of their offsets.</summary>
internal static class OffsetTrimming
{
    public static void Trim(Encoding encoding, bool addPrefixSpace)
    {
        for (var i = 0; i < encoding.Length; i++)
        {
            var token = encoding.Tokens[i];
            var (leading, trailing) = (0, 0);
            while (leading < token.Length && IsSpace(token[leading])) leading++;
            while (trailing < token.Length && IsSpace(token[^(trailing + 1)])) trailing++;
            var (start, end) = encoding.Offsets[i];
            if (leading > 0)
            {
                // A single space in front may be the one that was added, which is in no text.
                if (addPrefixSpace && leading == 1 && (i == 0 || start == 0)) leading = 0;
                start = Math.Min(start + leading, end);
            }

            if (trailing > 0 && end >= trailing) end = Math.Max(end - trailing, start);
            encoding.Offsets[i] = (start, end);
        }

        foreach (var overflow in encoding.Overflowing) Trim(overflow, addPrefixSpace);
    }

    private static bool IsSpace(char character) => character == ByteAlphabet.Space || char.IsWhiteSpace(character);
}
