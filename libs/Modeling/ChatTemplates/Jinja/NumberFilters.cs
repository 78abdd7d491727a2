using System.Globalization;
using System.Numerics;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Filters on numbers.</summary>
internal static class NumberFilters
{
    public static readonly Dictionary<string, Filter> All = new()
    {
        ["abs"] = (value, _) => value switch
        {
            double number => Math.Abs(number),
            _ => BigInteger.Abs(PythonNumbers.Integer(value)),
        },
        ["int"] = ToInteger,
        ["float"] = (value, arguments) => value switch
        {
            _ when PythonNumbers.IsNumber(value) => PythonNumbers.Double(value),
            string text when double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => arguments.Get(0, "default", 0.0),
        },
        ["round"] = Round,
    };

    private static object? ToInteger(object? value, CallArguments arguments)
    {
        var radix = arguments.Get(1, "base") is { } given ? PythonNumbers.Small(given) : 10;
        switch (value)
        {
            case double number when double.IsFinite(number):
                return new BigInteger(Math.Truncate(number));
            case bool or BigInteger:
                return PythonNumbers.Integer(value);
            case string text:
                text = text.Trim();
                var sign = text.StartsWith('-') ? -1 : 1;
                var digits = text.TrimStart('-', '+').Replace("_", "", StringComparison.Ordinal);
                if (radix is (2 or 8 or 16) && digits.Length > 2 && digits[0] == '0' && char.IsAsciiLetter(digits[1])) digits = digits[2..];
                if (TryRadix(digits, radix, out var integer)) return sign * integer;
                if (radix == 10 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var floating) && double.IsFinite(floating)) return new BigInteger(Math.Truncate(floating));
                break;
        }

        return arguments.Get(0, "default", BigInteger.Zero);
    }

    private static bool TryRadix(string digits, int radix, out BigInteger value)
    {
        value = BigInteger.Zero;
        if (digits.Length is 0 or > 1000) return false;
        foreach (var digit in digits)
        {
            var number = char.IsAsciiDigit(digit) ? digit - '0' : char.IsAsciiLetter(digit) ? char.ToLowerInvariant(digit) - 'a' + 10 : int.MaxValue;
            if (number >= radix) return false;
            value = (value * radix) + number;
        }

        return true;
    }

    private static object? Round(object? value, CallArguments arguments)
    {
        var precision = arguments.Get(0, "precision") is { } given ? PythonNumbers.Small(given) : 0;
        var number = PythonNumbers.Double(value);
        var factor = Math.Pow(10, precision);
        return PythonText.Show(arguments.Get(1, "method", "common")) switch
        {
            "ceil" => Math.Ceiling(number * factor) / factor,
            "floor" => Math.Floor(number * factor) / factor,
            // Python rounds the exact decimal value, halves to even.
            _ when precision is >= 0 and <= 15 && Math.Abs(number) < 1e12 => (double)Math.Round((decimal)number, Math.Min(precision, 28), MidpointRounding.ToEven),
            _ => Math.Round(number * factor, MidpointRounding.ToEven) / factor,
        };
    }
}
