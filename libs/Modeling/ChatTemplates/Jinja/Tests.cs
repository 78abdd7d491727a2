using System.Collections.Frozen;
using System.Numerics;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>The tests, what stands behind <c>is</c>, by name.</summary>
internal static class Tests
{
    private static readonly FrozenDictionary<string, Func<object?, CallArguments, bool>> ByName = new Dictionary<string, Func<object?, CallArguments, bool>>
    {
        ["defined"] = (value, _) => value is not Undefined,
        ["undefined"] = (value, _) => value is Undefined,
        ["none"] = (value, _) => value is null,
        ["boolean"] = (value, _) => value is bool,
        ["true"] = (value, _) => value is true,
        ["false"] = (value, _) => value is false,
        ["integer"] = (value, _) => value is BigInteger,
        ["float"] = (value, _) => value is double,
        ["number"] = (value, _) => PythonNumbers.IsNumber(value),
        ["string"] = (value, _) => value is string,
        ["mapping"] = (value, _) => value is PythonDict,
        ["iterable"] = (value, _) => value is string or PythonList or PythonDict or Undefined,
        ["sequence"] = (value, _) => value is string or PythonList or PythonDict or Undefined,
        ["callable"] = (value, _) => value is Callable or ICallable,
        ["even"] = (value, _) => PythonNumbers.Integer(value).IsEven,
        ["odd"] = (value, _) => !PythonNumbers.Integer(value).IsEven,
        ["divisibleby"] = (value, arguments) => (PythonNumbers.Arithmetic("%", PythonNumbers.Integer(value), PythonNumbers.Integer(arguments.Get(0, "num"))) is BigInteger rest) && rest.IsZero,
        ["lower"] = (value, _) => PythonText.Show(value) is var text && text.Any(char.IsLower) && !text.Any(char.IsUpper),
        ["upper"] = (value, _) => PythonText.Show(value) is var text && text.Any(char.IsUpper) && !text.Any(char.IsLower),
        ["sameas"] = (value, arguments) => arguments.Get(0, "other") is var other && (ReferenceEquals(value, other) || (value is bool && other is bool && Equals(value, other))),
        ["in"] = (value, arguments) => Operations.Contains(arguments.Get(0, "seq"), value),
        ["filter"] = (value, _) => value is string name && Filters.Exists(name),
        ["test"] = (value, _) => value is string name && Exists(name),
        ["escaped"] = (_, _) => false,
        ["eq"] = Comparison("=="),
        ["equalto"] = Comparison("=="),
        ["=="] = Comparison("=="),
        ["ne"] = Comparison("!="),
        ["!="] = Comparison("!="),
        ["lt"] = Comparison("<"),
        ["lessthan"] = Comparison("<"),
        ["<"] = Comparison("<"),
        ["le"] = Comparison("<="),
        ["<="] = Comparison("<="),
        ["gt"] = Comparison(">"),
        ["greaterthan"] = Comparison(">"),
        [">"] = Comparison(">"),
        ["ge"] = Comparison(">="),
        [">="] = Comparison(">="),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool Exists(string name) => ByName.ContainsKey(name);

    public static bool Apply(string name, object? value, CallArguments arguments) => ByName.TryGetValue(name, out var test)
        ? test(value, arguments)
        : throw new TemplateException(TemplateFault.Syntax, $"there is no test '{name}'.");

    private static Func<object?, CallArguments, bool> Comparison(string symbol) => (value, arguments) => Operations.Compare(symbol, value, arguments.Get(0, "other"));
}
