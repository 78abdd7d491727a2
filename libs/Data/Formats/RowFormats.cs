using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Platform.Data.Formats;

/// <summary>The row formats by name.</summary>
public static class RowFormats
{
    private static readonly FrozenDictionary<string, IRowFormat> ByName =
        new IRowFormat[]
        {
            new PromptCompletionFormat(), new ChatFormat(), new TextFormat(), new ClassificationFormat(), new MultiLabelFormat(), new SquadFormat(), new AudioFormat(),
            new AlpacaFormat(), new ShareGptFormat(), new PreferenceFormat(),
        }.ToFrozenDictionary(format => format.Name, StringComparer.Ordinal);

    /// <summary>Every known name, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The format of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the known ones.</exception>
    public static IRowFormat Get(string name) => TryGet(name, out var format)
        ? format
        : throw new ArgumentException($"format is '{name}'; expected one of {string.Join(", ", Names)}.", nameof(name));

    public static bool TryGet(string name, [NotNullWhen(true)] out IRowFormat? format) => ByName.TryGetValue(name, out format);
}
