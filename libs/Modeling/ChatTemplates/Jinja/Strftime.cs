using System.Globalization;
using System.Text;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Python's <c>strftime</c> in the C locale.</summary>
internal static class Strftime
{
    public static string Format(DateTimeOffset time, string format)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length) text.Append(format[i]);
            else text.Append(Directive(time, format[++i]));
        }

        return text.ToString();
    }

    private static string Directive(DateTimeOffset time, char letter)
    {
        string Net(string pattern) => time.ToString(pattern, CultureInfo.InvariantCulture);
        return letter switch
        {
            'd' => Net("dd"),
            'e' => Net("%d").PadLeft(2),
            'm' => Net("MM"),
            'Y' => Net("yyyy"),
            'y' => Net("yy"),
            'B' => Net("MMMM"),
            'b' or 'h' => Net("MMM"),
            'A' => Net("dddd"),
            'a' => Net("ddd"),
            'H' => Net("HH"),
            'I' => Net("hh"),
            'M' => Net("mm"),
            'S' => Net("ss"),
            'f' => Net("ffffff"),
            'p' => Net("tt"),
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'F' => Net("yyyy-MM-dd"),
            'T' => Net("HH:mm:ss"),
            'D' => Net("MM/dd/yy"),
            'R' => Net("HH:mm"),
            'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'u' => (((int)time.DayOfWeek + 6) % 7 + 1).ToString(CultureInfo.InvariantCulture),
            'c' => Net("ddd MMM ") + Net("%d").PadLeft(2) + Net(" HH:mm:ss yyyy"),
            'x' => Net("MM/dd/yy"),
            'X' => Net("HH:mm:ss"),
            'n' => "\n",
            't' => "\t",
            '%' => "%",
            _ => "%" + letter,
        };
    }
}
