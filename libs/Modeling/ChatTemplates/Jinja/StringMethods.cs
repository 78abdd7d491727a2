using System.Globalization;
using System.Numerics;
using System.Text;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>The methods of Python's strings.</summary>
internal static class StringMethods
{
    public static Callable? Find(string text, string name) => name switch
    {
        "strip" => arguments => Strip(text, arguments.Get(0, "chars"), true, true),
        "lstrip" => arguments => Strip(text, arguments.Get(0, "chars"), true, false),
        "rstrip" => arguments => Strip(text, arguments.Get(0, "chars"), false, true),
        "split" => arguments => new PythonList(StringSplitting.Split(text, arguments.Get(0, "sep"), Limit(arguments), fromRight: false)),
        "rsplit" => arguments => new PythonList(StringSplitting.Split(text, arguments.Get(0, "sep"), Limit(arguments), fromRight: true)),
        "splitlines" => arguments => new PythonList(StringSplitting.Lines(text, Operations.IsTrue(arguments.Get(0, "keepends")))),
        "partition" => arguments => StringSplitting.Partition(text, Text(arguments, 0), fromRight: false),
        "rpartition" => arguments => StringSplitting.Partition(text, Text(arguments, 0), fromRight: true),
        "startswith" => arguments => Prefixes(arguments).Any(part => text.StartsWith(part, StringComparison.Ordinal)),
        "endswith" => arguments => Prefixes(arguments).Any(part => text.EndsWith(part, StringComparison.Ordinal)),
        "removeprefix" => arguments => text.StartsWith(Text(arguments, 0), StringComparison.Ordinal) ? text[Text(arguments, 0).Length..] : text,
        "removesuffix" => arguments => Text(arguments, 0) is { Length: > 0 } part && text.EndsWith(part, StringComparison.Ordinal) ? text[..^part.Length] : text,
        "find" => arguments => Position(text, text.IndexOf(Text(arguments, 0), StringComparison.Ordinal)),
        "rfind" => arguments => Position(text, text.LastIndexOf(Text(arguments, 0), StringComparison.Ordinal)),
        "index" => arguments => text.IndexOf(Text(arguments, 0), StringComparison.Ordinal) is var index and >= 0
            ? Position(text, index)
            : throw new TemplateException(TemplateFault.Other, "substring not found."),
        "count" => arguments => new BigInteger(Text(arguments, 0) is { Length: > 0 } part ? text.Split(part).Length - 1 : Operations.Length(text) + 1),
        "replace" => arguments => Replace(text, Text(arguments, 0), Text(arguments, 1), arguments.Get(2, "count") is { } count ? PythonNumbers.Small(count) : -1),
        "join" => arguments => Sizes.Join(text, Operations.Iterate(arguments.Get(0, "iterable")).Select(item =>
            item as string ?? throw new TemplateException(TemplateFault.Other, $"join expects strings, found {PythonText.TypeName(item)}."))),
        "lower" or "casefold" => _ => text.ToLowerInvariant(),
        "upper" => _ => Upper(text),
        "capitalize" => _ => Capitalize(text),
        "title" => _ => Title(text),
        "swapcase" => _ => string.Concat(text.Select(character => char.IsUpper(character) ? char.ToLowerInvariant(character) : char.ToUpperInvariant(character))),
        "zfill" => arguments => text.StartsWith('-')
            ? "-" + text[1..].PadLeft(Width(arguments) - 1, '0')
            : text.PadLeft(Width(arguments), '0'),
        "ljust" => arguments => text.PadRight(Width(arguments), Fill(arguments)),
        "rjust" => arguments => text.PadLeft(Width(arguments), Fill(arguments)),
        "isdigit" or "isdecimal" or "isnumeric" => _ => text.Length > 0 && text.All(char.IsDigit),
        "isalpha" => _ => text.Length > 0 && text.All(char.IsLetter),
        "isalnum" => _ => text.Length > 0 && text.All(char.IsLetterOrDigit),
        "isspace" => _ => text.Length > 0 && text.All(char.IsWhiteSpace),
        "islower" => _ => Tests.Apply("lower", text, new CallArguments([], [])),
        "isupper" => _ => Tests.Apply("upper", text, new CallArguments([], [])),
        "format" => arguments => BraceFormat.Format(text, arguments),
        "encode" => _ => new Undefined("bytes are not available", TemplateFault.Other),
        _ => null,
    };

    public static string Upper(string text) => text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal);

    public static string Capitalize(string text) => text.Length == 0 ? text : Upper(text[..1]) + text[1..].ToLowerInvariant();

    public static string Strip(string text, object? characters, bool left, bool right)
    {
        var set = characters is null ? null : PythonText.Show(characters);
        var (start, end) = (0, text.Length);
        while (left && start < end && Strips(text[start])) start++;
        while (right && end > start && Strips(text[end - 1])) end--;
        return text[start..end];

        bool Strips(char character) => set is null ? char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f' : set.Contains(character);
    }

    public static string Replace(string text, string old, string by, int count)
    {
        var places = old.Length == 0 ? text.Length + 1 : text.AsSpan().Count(old);
        Sizes.Check(text.Length + (long)by.Length * (count < 0 ? places : Math.Min(count, places)));
        if (old.Length == 0)
        {
            var pieces = text.EnumerateRunes().Select(rune => rune.ToString()).Prepend("").ToList();
            var replaced = count < 0 ? pieces.Count + 1 : count;
            return string.Concat(pieces.Select((piece, index) => index < replaced ? piece + by : piece));
        }

        if (count < 0) return text.Replace(old, by, StringComparison.Ordinal);
        var result = new StringBuilder();
        var from = 0;
        for (; count > 0 && text.IndexOf(old, from, StringComparison.Ordinal) is var found and >= 0; count--)
        {
            result.Append(text, from, found - from).Append(by);
            from = found + old.Length;
        }

        return result.Append(text, from, text.Length - from).ToString();
    }

    private static string Title(string text)
    {
        var result = new StringBuilder();
        var inWord = false;
        foreach (var character in text)
        {
            result.Append(inWord ? char.ToLowerInvariant(character).ToString() : Upper(character.ToString()));
            inWord = char.IsLetter(character);
        }

        return result.ToString();
    }

    private static object Position(string text, int index) => new BigInteger(index < 0 ? -1 : Operations.Length(text[..index]));

    private static string Text(CallArguments arguments, int index) => arguments.Positional.ElementAtOrDefault(index) as string
        ?? throw new TemplateException(TemplateFault.Other, $"argument {(index + 1).ToString(CultureInfo.InvariantCulture)} must be a string.");

    private static IEnumerable<string> Prefixes(CallArguments arguments) => arguments.Positional.ElementAtOrDefault(0) is PythonList tuple
        ? tuple.Items.Select(PythonText.Show)
        : [Text(arguments, 0)];

    private static int Limit(CallArguments arguments) => arguments.Get(1, "maxsplit") is { } limit ? PythonNumbers.Small(limit) : -1;

    private static int Width(CallArguments arguments) => Math.Clamp(PythonNumbers.Small(arguments.Get(0, "width")), 1, 1_000_000);

    private static char Fill(CallArguments arguments) => arguments.Get(1, "fillchar", " ") is string { Length: 1 } fill ? fill[0] : ' ';
}
