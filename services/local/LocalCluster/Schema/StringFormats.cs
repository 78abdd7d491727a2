using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Platform.LocalCluster.Schema;

/// <summary>The string formats a structural schema may name; an unknown format accepts everything.</summary>
public static partial class StringFormats
{
    public static bool IsValid(string format, string text) => format switch
    {
        "date-time" or "datetime" => DateTimeText().IsMatch(text)
            && DateTimeOffset.TryParse(text.ToUpperInvariant(), CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "duration" => Duration().IsMatch(text),
        "byte" => IsBase64(text),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "ipv4" => IPAddress.TryParse(text, out var four) && four.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork,
        "ipv6" => IPAddress.TryParse(text, out var six) && six.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
        "cidr" => IPNetwork.TryParse(text, out _),
        "email" => Email().IsMatch(text),
        "hostname" => text.Length <= 253 && Hostname().IsMatch(text),
        "uri" => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _) && text.Length > 0,
        _ => true,
    };

    private static bool IsBase64(string text)
    {
        var buffer = new byte[(text.Length * 3 / 4) + 3];
        return Convert.TryFromBase64String(text, buffer, out _);
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$")]
    private static partial Regex DateTimeText();

    [GeneratedRegex(@"^-?([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h|d|w))+$|^0$")]
    private static partial Regex Duration();

    [GeneratedRegex(@"^[^@\s]+@[^@\s]+$")]
    private static partial Regex Email();

    [GeneratedRegex(@"^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)*[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$")]
    private static partial Regex Hostname();
}
