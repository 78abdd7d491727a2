namespace Platform.Modeling.Tokenization.Text;

/// <summary>The mark <c>▁</c> that SentencePiece writes for a space.</summary>
internal static class WordMarks
{
    public const char Mark = '\u2581';

    /// <summary>The mark, if all tokens have it at their beginning only: then no merge reaches over the beginning of a word.</summary>
    public static int? Of(IEnumerable<string> tokens)
    {
        var known = false;
        foreach (var token in tokens)
        {
            if (token.AsSpan().TrimStart(Mark).Contains(Mark)) return null;
            known |= token is [Mark];
        }

        return known ? Mark : null;
    }
}
