using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.LocalCluster.Cel;

/// <summary>Operators, conversions and the functions on numbers, lists and optionals; those on strings are in <see cref="CelStrings"/>.</summary>
internal static class CelFunctions
{
    public static object? Call(string function, bool method, List<object?> a)
    {
        try
        {
            return Apply(function, method, a);
        }
        catch (Exception impossible) when (impossible is InvalidCastException or ArgumentException or FormatException or ArithmeticException or InvalidOperationException or TimeoutException)
        {
            throw new CelException($"{(impossible is OverflowException ? "integer overflow" : "no such overload")}: {function}");
        }
    }

    private static object? Apply(string function, bool method, List<object?> a) => (function, a) switch
    {
        ("_==_", [var x, var y]) => CelValues.Same(x, y),
        ("_!=_", [var x, var y]) => !CelValues.Same(x, y),
        ("_<_", [var x, var y]) => CelValues.Compare(x, y) < 0,
        ("_<=_", [var x, var y]) => CelValues.Compare(x, y) <= 0,
        ("_>_", [var x, var y]) => CelValues.Compare(x, y) > 0,
        ("_>=_", [var x, var y]) => CelValues.Compare(x, y) >= 0,
        ("_in_", [var x, var list]) => CelValues.IsMap(list) ? CelValues.TryGet(list, x, out _) : CelValues.Items(list).Any(item => CelValues.Same(item, x)),
        ("!_", [bool x]) => !x,
        ("-_", [long x]) => checked(-x),
        ("-_", [double x]) => -x,
        ("_+_", [string x, string y]) => x + y,
        ("_+_", [DateTimeOffset x, TimeSpan y]) => x + y,
        ("_+_", [TimeSpan x, TimeSpan y]) => x + y,
        ("_-_", [DateTimeOffset x, TimeSpan y]) => x - y,
        ("_-_", [DateTimeOffset x, DateTimeOffset y]) => x - y,
        ("_+_", [var x, var y]) when x is not (long or double) => CelValues.Items(x).Concat(CelValues.Items(y)).ToList(),
        ("_+_" or "_-_" or "_*_" or "_/_" or "_%_", [long x, long y]) => Integer(function, x, y),
        ("_+_" or "_-_" or "_*_" or "_/_", [double x, double y]) => Real(function, x, y),
        ("size", [var x]) => CelValues.Size(x),
        ("type", [var x]) => Type(x),
        ("dyn", [var x]) => x,
        ("int" or "uint", [var x]) => ToInteger(x),
        ("double", [var x]) => ToReal(x),
        ("string", [var x]) => CelValues.Show(x),
        ("bool", [bool x]) => x,
        ("bool", [string x]) => x is "true" or "1" or "t" or "True" or "TRUE" || (x is "false" or "0" or "f" or "False" or "FALSE" ? false : throw new CelException("type conversion error")),
        ("timestamp", [string x]) => DateTimeOffset.TryParse(x, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var t) ? t : throw new CelException("type conversion error from string to timestamp"),
        ("duration", [string x]) => Duration(x),
        ("hasValue", [Optional x]) => x.HasValue,
        ("value", [Optional x]) => x.HasValue ? x.Value : throw new CelException("optional.none() dereference"),
        ("orValue", [Optional x, var other]) => x.HasValue ? x.Value : other,
        ("or", [Optional x, Optional y]) => x.HasValue ? x : y,
        ("sum", [var list]) => CelValues.Items(list).Aggregate((object?)0L, (x, y) => y is double && x is 0L ? y : Apply("_+_", false, [x, y])),
        ("min", [var list]) when method => CelValues.Items(list).Aggregate((x, y) => CelValues.Compare(x, y) <= 0 ? x : y),
        ("max", [var list]) when method => CelValues.Items(list).Aggregate((x, y) => CelValues.Compare(x, y) >= 0 ? x : y),
        ("isSorted", [var list]) => CelValues.Items(list).ToList() is var items && items.Zip(items.Skip(1)).All(p => CelValues.Compare(p.First, p.Second) <= 0),
        ("distinct", [var list]) => CelValues.Items(list).Aggregate(new List<object?>(), (kept, x) => kept.Exists(k => CelValues.Same(k, x)) ? kept : [.. kept, x]),
        ("indexOf", [not string and var list, var x]) => (long)CelValues.Items(list).ToList().FindIndex(i => CelValues.Same(i, x)),
        ("lastIndexOf", [not string and var list, var x]) => (long)CelValues.Items(list).ToList().FindLastIndex(i => CelValues.Same(i, x)),
        ("contains" or "intersects" or "equivalent", [not string and var x, var y]) => Sets(function, x, y),
        ("isQuantity", [string x]) => Builtins.Quantities.TryParse(x, out _),
        ("quantity", [string x]) => Builtins.Quantities.TryParse(x, out var quantity) ? quantity : throw new CelException(Builtins.Quantities.FormatMessage),
        ("isGreaterThan", [decimal x, decimal y]) => x > y,
        ("isLessThan", [decimal x, decimal y]) => x < y,
        ("compareTo", [decimal x, decimal y]) => (long)x.CompareTo(y),
        ("sign", [decimal x]) => (long)Math.Sign(x),
        ("isInteger", [decimal x]) => x == Math.Floor(x),
        ("isURL", [string x]) => Uri.TryCreate(x, UriKind.Absolute, out _),
        ("url", [string x]) => Uri.TryCreate(x, UriKind.Absolute, out var uri) ? uri : throw new CelException("URL parse error during conversion from string"),
        ("getScheme", [Uri x]) => x.Scheme,
        ("getHost", [Uri x]) => x.Authority,
        ("getHostname", [Uri x]) => x.Host,
        ("getPort", [Uri x]) => x.IsDefaultPort ? "" : x.Port.ToString(CultureInfo.InvariantCulture),
        ("getEscapedPath", [Uri x]) => x.AbsolutePath,
        _ => CelStrings.Call(function, a),
    };

    private static object Integer(string function, long x, long y)
    {
        if (y == 0 && function is "_/_" or "_%_" && y == 0) throw new CelException(function == "_/_" ? "division by zero" : "modulus by zero");
        return (object)checked(function switch { "_+_" => x + y, "_-_" => x - y, "_*_" => x * y, "_/_" => x / y, _ => y == -1 ? 0 : x % y });
    }

    private static object Real(string function, double x, double y) => function switch { "_+_" => x + y, "_-_" => x - y, "_*_" => x * y, _ => x / y };

    private static object ToInteger(object? x) => x switch
    {
        long whole => whole,
        double real when real is > long.MinValue and < long.MaxValue => (long)real,
        string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        DateTimeOffset time => time.ToUnixTimeSeconds(),
        _ => throw new CelException("type conversion error from value to int"),
    };

    private static object ToReal(object? x) => x switch
    {
        long whole => (double)whole,
        double real => real,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) => real,
        _ => throw new CelException($"strconv.ParseFloat: parsing \"{CelValues.Show(x)}\": invalid syntax"),
    };

    private static string Type(object? x) => x switch
    {
        null => "type(null_type)",
        long => "type(int)",
        double => "type(double)",
        bool => "type(bool)",
        string => "type(string)",
        byte[] => "type(bytes)",
        _ => CelValues.IsMap(x) ? "type(map)" : "type(list)",
    };

    private static bool Sets(string function, object? x, object? y)
    {
        var (a, b) = (CelValues.Items(x).ToList(), CelValues.Items(y).ToList());
        bool Has(List<object?> list, object? item) => list.Exists(i => CelValues.Same(i, item));
        return function switch { "contains" => b.TrueForAll(i => Has(a, i)), "intersects" => b.Exists(i => Has(a, i)), _ => b.TrueForAll(i => Has(a, i)) && a.TrueForAll(i => Has(b, i)) };
    }

    private static TimeSpan Duration(string text)
    {
        var matches = Regex.Matches(text, @"([0-9]+(?:\.[0-9]*)?)(ms|us|µs|ns|h|m|s)");
        if (matches.Count == 0 || matches.Sum(m => m.Length) != text.TrimStart('-', '+').Length) throw new CelException("type conversion error from string to duration");
        var seconds = matches.Sum(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)
            * m.Groups[2].Value switch { "h" => 3600, "m" => 60, "s" => 1, "ms" => 1e-3, "us" or "µs" => 1e-6, _ => 1e-9 });
        return TimeSpan.FromSeconds(text[0] == '-' ? -seconds : seconds);
    }
}
