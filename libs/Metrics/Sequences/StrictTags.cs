namespace Platform.Metrics.Sequences;

/// <summary>
/// Reads only entities that keep a scheme: one starts at a starting letter, goes on while each tag may follow the one before with the same
/// type, and counts if it may end there. Differs from seqeval's strict mode: none for IOB2 and IOBES.
/// </summary>
/// <param name="letters">All of the scheme.</param>
/// <param name="starting">Letters that start an entity.</param>
/// <param name="inside">Which letter may follow which inside an entity.</param>
/// <param name="closing">Letters an entity must end with; null: any.</param>
internal sealed class StrictTags(string letters, string starting, IReadOnlyList<(string Before, string Letter)> inside, string? closing)
{
    public IEnumerable<Entity> Entities(IReadOnlyList<string> tags, int sentence)
    {
        var read = tags.Select(Read).ToList();
        for (var i = 0; i < read.Count;)
        {
            var first = i++;
            if (!starting.Contains(read[first].Letter)) continue;
            while (i < read.Count && Continues(read[i - 1], read[i])) i++;
            if (closing is null || closing.Contains(read[i - 1].Letter)) yield return new Entity(read[first].Type, sentence, first, i - 1);
        }
    }

    private bool Continues((char Letter, string Type) before, (char Letter, string Type) tag) =>
        tag.Type == before.Type && inside.Any(pair => pair.Before[0] == before.Letter && pair.Letter[0] == tag.Letter);

    private (char Letter, string Type) Read(string tag)
    {
        var read = TagScheme.Split(tag);
        return letters.Contains(read.Letter) ? read : throw new ArgumentException($"the tag '{tag}' starts with {read.Letter}; expected one of {string.Join(", ", letters.Order())}.");
    }
}
