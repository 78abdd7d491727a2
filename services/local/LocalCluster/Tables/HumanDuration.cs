using System.Globalization;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Tables;

/// <summary>Ages as kubectl prints them: "5s", "3m20s", "4h", "2d3h".</summary>
public static class HumanDuration
{
    public const string Unknown = "<unknown>";

    public static string Since(JsonNode? timestamp, DateTimeOffset now) =>
        timestamp.Text() is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then) ? Show(now - then) : Unknown;

    public static string Show(TimeSpan span)
    {
        var seconds = (long)span.TotalSeconds;
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 60 * 2) return $"{seconds}s";
        var minutes = seconds / 60;
        if (minutes < 10) return seconds % 60 == 0 ? $"{minutes}m" : $"{minutes}m{seconds % 60}s";
        if (minutes < 60 * 3) return $"{minutes}m";
        var hours = minutes / 60;
        if (hours < 8) return minutes % 60 == 0 ? $"{hours}h" : $"{hours}h{minutes % 60}m";
        if (hours < 48) return $"{hours}h";
        var days = hours / 24;
        if (hours < 192) return hours % 24 == 0 ? $"{days}d" : $"{days}d{hours % 24}h";
        if (days < 365 * 2) return $"{days}d";
        var years = days / 365;
        return days < 365 * 8 && days % 365 != 0 ? $"{years}y{days % 365}d" : $"{years}y";
    }
}
