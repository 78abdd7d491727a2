using System.Collections.Frozen;

namespace Platform.FineTuning.Supervised;

/// <summary>Which tokens of a row a loss covers. Plain text has no parts: all of it is learned, whatever is asked.</summary>
public enum LearnedPart
{
    /// <summary>The completion that follows a prompt; of a conversation, what the assistant wrote.</summary>
    Completion,

    /// <summary>What the assistant wrote, also where a completion holds more.</summary>
    Assistant,

    /// <summary>The assistant's last turn.</summary>
    LastAssistant,

    /// <summary>Everything.</summary>
    All,
}

/// <summary>The parts by the names that jobs use.</summary>
public static class LearnedParts
{
    private static readonly FrozenDictionary<string, LearnedPart> ByName = new Dictionary<string, LearnedPart>
    {
        ["completion"] = LearnedPart.Completion,
        ["assistant"] = LearnedPart.Assistant,
        ["last-assistant"] = LearnedPart.LastAssistant,
        ["all"] = LearnedPart.All,
    }.ToFrozenDictionary();

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <exception cref="ArgumentException">No part has that name.</exception>
    public static LearnedPart Get(string name) => ByName.TryGetValue(name, out var part)
        ? part
        : throw new ArgumentException($"There is no part '{name}' of a row to learn. Known: {string.Join(", ", Names)}.", nameof(name));
}
