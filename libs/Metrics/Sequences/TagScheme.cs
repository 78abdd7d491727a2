namespace Platform.Metrics.Sequences;

/// <summary>How tags such as B-PER mark entities: what their first letters mean.</summary>
public sealed class TagScheme
{
    private delegate IEnumerable<Entity> Reading(IReadOnlyList<string> tags, int sentence);

    private static readonly Dictionary<string, TagScheme> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        // An I or E that continues no entity of its type opens one: every tag counts.
        ["lenient"] = new(LenientTags.Entities),

        // Only entities that keep the scheme count.
        ["iob2"] = new(new StrictTags("IOB", "B", [("B", "I"), ("I", "I")], closing: null).Entities),
        ["iobes"] = new(new StrictTags("IOBES", "BS", [("B", "I"), ("B", "E"), ("I", "I"), ("I", "E")], closing: "SE").Entities),
    };

    private readonly Reading _reading;

    private TagScheme(Reading reading) => _reading = reading;

    /// <exception cref="ArgumentException">There is no such scheme.</exception>
    public static TagScheme Named(string name) => ByName.TryGetValue(name, out var scheme)
        ? scheme
        : throw new ArgumentException($"There is no tag scheme '{name}'. Known: {string.Join(", ", ByName.Keys.Order(StringComparer.Ordinal))}.", nameof(name));

    /// <summary>In the order of their first tokens.</summary>
    /// <exception cref="ArgumentException">A tag has no letter of the scheme.</exception>
    public IReadOnlyList<Entity> Entities(IReadOnlyList<string> tags, int sentence = 0) => [.. _reading(tags, sentence)];

    /// <summary>A tag's letter and type; a bare letter has the type _.</summary>
    internal static (char Letter, string Type) Split(string tag)
    {
        if (tag.Length == 0) throw new ArgumentException("a tag is empty; expected O or a letter and a type such as B-PER.");
        var type = tag[1..].TrimStart('-');
        return (tag[0], type.Length == 0 ? "_" : type);
    }
}
