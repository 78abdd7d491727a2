using System.Collections.Frozen;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>A filter: the value before the bar and the arguments in parentheses.</summary>
internal delegate object? Filter(object? value, CallArguments arguments);

/// <summary>The filters by name.</summary>
internal static class Filters
{
    private static readonly FrozenDictionary<string, Filter> ByName =
        TextFilters.All.Concat(NumberFilters.All).Concat(SequenceFilters.All).Concat(SelectionFilters.All).ToFrozenDictionary(StringComparer.Ordinal);

    public static bool Exists(string name) => ByName.ContainsKey(name);

    public static object? Apply(string name, object? value, CallArguments arguments) => ByName.TryGetValue(name, out var filter)
        ? filter(value, arguments)
        : throw new TemplateException(TemplateFault.Syntax, $"there is no filter '{name}'.");
}
