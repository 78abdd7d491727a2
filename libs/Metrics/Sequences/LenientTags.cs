namespace Platform.Metrics.Sequences;

/// <summary>
/// Reads entities as the CoNLL 2000 script <c>conlleval</c>: an I or E that does not continue an entity of its type starts one.
/// Differs from seqeval's default mode: none.
/// </summary>
internal static class LenientTags
{
    public static IEnumerable<Entity> Entities(IReadOnlyList<string> tags, int sentence)
    {
        var (before, typeBefore, first) = ('O', "", 0);
        for (var i = 0; i <= tags.Count; i++)
        {
            var (letter, type) = i < tags.Count ? TagScheme.Split(tags[i]) : ('O', "_");
            if (Ends(before, letter, typeBefore != type)) yield return new Entity(typeBefore, sentence, first, i - 1);
            if (Starts(before, letter, typeBefore != type)) first = i;
            (before, typeBefore) = (letter, type);
        }
    }

    private static bool Ends(char before, char letter, bool otherType) =>
        before is 'E' or 'S' || (before is 'B' or 'I' && letter is 'B' or 'S' or 'O') || (before is not ('O' or '.') && otherType);

    private static bool Starts(char before, char letter, bool otherType) =>
        letter is 'B' or 'S' || (before is 'E' or 'S' or 'O' && letter is 'E' or 'I') || (letter is not ('O' or '.') && otherType);
}
