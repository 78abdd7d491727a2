using System.Globalization;
using System.Numerics;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Python's numbers: integers without bounds (here: with generous ones) and doubles.</summary>
internal static class PythonNumbers
{
    private const int MostBits = 4096;

    public static bool IsNumber(object? value) => value is bool or BigInteger or double;

    public static bool IsInteger(object? value) => value is bool or BigInteger;

    public static BigInteger Integer(object? value) => value switch
    {
        BigInteger integer => integer,
        bool flag => flag ? 1 : 0,
        _ => throw new TemplateException(TemplateFault.Other, $"{PythonText.TypeName(value)} is no integer."),
    };

    /// <summary>An integer that counts or indexes something here.</summary>
    public static int Small(object? value)
    {
        var integer = Integer(value);
        return (int)BigInteger.Clamp(integer, -int.MaxValue, int.MaxValue);
    }

    public static double Double(object? value) => value switch
    {
        double number => number,
        _ => (double)Integer(value),
    };

    public static int Compare(object first, object second)
    {
        if (first is double || second is double) return Double(first).CompareTo(Double(second));
        return Integer(first).CompareTo(Integer(second));
    }

    public static BigInteger ParseInteger(string digits)
    {
        var value = BigInteger.Zero;
        var (radix, start) = digits.Length > 1 ? char.ToLowerInvariant(digits[1]) switch { 'x' => (16, 2), 'o' => (8, 2), 'b' => (2, 2), _ => (10, 0) } : (10, 0);
        if (radix == 10) return BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        foreach (var digit in digits[start..]) value = (value * radix) + int.Parse(digit.ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return value;
    }

    public static object Arithmetic(string symbol, object left, object right)
    {
        if (left is double || right is double || symbol == "/") return Floating(symbol, Double(left), Double(right));
        var (a, b) = (Integer(left), Integer(right));
        switch (symbol)
        {
            case "+":
                return Bounded(a + b);
            case "-":
                return Bounded(a - b);
            case "*":
                return Bounded(a * b);
            case "**" when b < 0:
                return Math.Pow((double)a, (double)b);
            case "**":
                if (b * a.GetBitLength() > MostBits) throw TooLarge();
                return BigInteger.Pow(a, (int)b);
        }

        if (b.IsZero) throw new TemplateException(TemplateFault.Other, "integer division or modulo by zero.");
        var quotient = BigInteger.DivRem(a, b, out var remainder);
        var floors = !remainder.IsZero && remainder.Sign != b.Sign;
        return symbol == "//" ? quotient - (floors ? 1 : 0) : remainder + (floors ? b : 0);
    }

    private static object Floating(string symbol, double a, double b)
    {
        if (b == 0 && symbol is ("/" or "//" or "%")) throw new TemplateException(TemplateFault.Other, "division by zero.");
        return symbol switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / b,
            "//" => Math.Floor(a / b),
            "%" => a - (b * Math.Floor(a / b)),
            _ => Math.Pow(a, b),
        };
    }

    private static BigInteger Bounded(BigInteger value) => value.GetBitLength() <= MostBits ? value : throw TooLarge();

    private static TemplateException TooLarge() => new(TemplateFault.Other, $"an integer has more than {MostBits} bits.");

    /// <summary>As Python prints a float: the shortest digits that read back, with an exponent below 1e-4 and from 1e16.</summary>
    public static string Show(double value)
    {
        if (double.IsNaN(value)) return "nan";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        var sign = double.IsNegative(value) ? "-" : "";
        var parts = value.ToString("R", CultureInfo.InvariantCulture).TrimStart('-').Split('E');
        var point = parts[0].IndexOf('.') is var found and >= 0 ? found : parts[0].Length;
        var all = parts[0].Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        if (digits.Length == 0) return sign + "0.0";
        var exponent = point - (all.Length - digits.Length) - 1 + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        digits = digits.TrimEnd('0');
        if (exponent is < -4 or >= 16)
            return $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        if (exponent < 0) return sign + "0." + new string('0', -exponent - 1) + digits;
        var padded = digits.PadRight(exponent + 1, '0');
        return sign + padded[..(exponent + 1)] + "." + (padded.Length > exponent + 1 ? padded[(exponent + 1)..] : "0");
    }
}
