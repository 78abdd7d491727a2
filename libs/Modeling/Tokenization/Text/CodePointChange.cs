namespace Platform.Modeling.Tokenization.Text;

/// <summary>A code point of a rewritten text, and what it does to the text before.</summary>
/// <param name="Change">1: inserted; 0: replaces one; -n: replaces one and removes the n after it.</param>
internal readonly record struct CodePointChange(int Point, int Change)
{
    /// <summary>The rewritten text; insertions stand for what the code point before them stood for.</summary>
    public static AlignedText Apply(AlignedText text, IReadOnlyCollection<CodePointChange> changes)
    {
        var builder = new AlignedTextBuilder(changes.Count);
        var index = 0;
        foreach (var (point, change) in changes)
        {
            if (change > 0) builder.Add(point, text, index - 1);
            else
            {
                builder.Add(point, text, index);
                index += 1 - change;
            }
        }

        return builder.Build();
    }
}
