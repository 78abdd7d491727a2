using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Deliveries;

/// <summary>A delivery note: some of the entries in some order, and what it leaves out.</summary>
public sealed record Note(string Text, IReadOnlyList<(Entry Entry, string Value, int Start)> Says, IReadOnlyList<Entry> LeavesOut)
{
    private const int Fewest = 4, Most = 6;

    public static Note Write(Draw draw, Values values)
    {
        var order = draw.Shuffled(Entry.All);
        var count = draw.Between(Fewest, Most);
        var text = "";
        List<(Entry, string, int)> says = [];
        foreach (var entry in order.Take(count))
        {
            var (value, statement) = (entry.Draw(values), draw.Of(entry.Statements));
            if (text.Length > 0) text += " ";
            says.Add((entry, value, text.Length + statement.IndexOf("{A}", StringComparison.Ordinal)));
            text += statement.Replace("{A}", value);
        }

        return new(text, says, order[count..]);
    }
}
