using System.Text.RegularExpressions;

namespace Platform.Peft;

/// <summary>Names modules of a model as PEFT's <c>target_modules</c> does: a list of names, or one regular expression.</summary>
public sealed class ModulePattern
{
    /// <summary>The word that stands for every linear layer except the output head.</summary>
    public const string AllLinear = "all-linear";

    private readonly Regex? _regex;

    private ModulePattern(IReadOnlyList<string> names, string? expression)
    {
        (Names, Expression) = (names, expression);
        if (expression is not null && expression != AllLinear) _regex = new Regex($@"\A(?:{expression})\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    /// <summary>The names of the list; empty when this is an expression.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The regular expression, or <see cref="AllLinear"/>; null when this is a list.</summary>
    public string? Expression { get; }

    public bool IsAllLinear => Expression == AllLinear;

    /// <summary>The layers that the method adapts by default in models of a family.</summary>
    public static ModulePattern FamilyDefault { get; } = new([], null);

    public bool IsFamilyDefault => ReferenceEquals(this, FamilyDefault);

    /// <summary>Matches a module whose path is a name, or ends with '.' and a name.</summary>
    public static ModulePattern List(params IEnumerable<string> names) => new([.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], null);

    /// <summary>Matches a module whose whole path the expression matches.</summary>
    /// <exception cref="RegexParseException">The expression is malformed.</exception>
    public static ModulePattern Regex(string expression) => new([], expression);

    /// <summary>How well <paramref name="path"/> is named.</summary>
    public ModuleMatch Match(string path) =>
        _regex is not null ? (_regex.IsMatch(path) ? ModuleMatch.Whole : ModuleMatch.None)
        : Names.Contains(path) ? ModuleMatch.Whole
        : Names.Any(name => path.EndsWith("." + name, StringComparison.Ordinal)) ? ModuleMatch.Suffix
        : ModuleMatch.None;

    public override string ToString() => IsFamilyDefault ? "(the defaults of the family)" : Expression ?? $"[{string.Join(", ", Names)}]";
}

/// <summary>How a <see cref="ModulePattern"/> names a module.</summary>
public enum ModuleMatch
{
    None,

    /// <summary>By the end of its path.</summary>
    Suffix,

    /// <summary>By its whole path.</summary>
    Whole,
}
