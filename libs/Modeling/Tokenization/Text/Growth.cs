namespace Platform.Modeling.Tokenization.Text;

/// <summary>Bounds how much longer a text may become on its way: replacements of replacements grow without end.</summary>
internal static class Growth
{
    private const int Factor = 64; // U+FDFA, the longest of Unicode, becomes 18 code points
    private const int Always = 65_536;

    public static AlignedText Check(int original, AlignedText rewritten)
    {
        Check(original, rewritten.Length);
        return rewritten;
    }

    public static void Check(int original, int rewritten)
    {
        if (rewritten > Always + ((long)Factor * original))
            throw new InvalidDataException($"The normalizer or pre_tokenizer makes {rewritten} code points of {original}; expected at most {Factor} times as many.");
    }
}
