using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.LocalCluster.Discovery;

/// <summary>The priority of API versions: v2, v1, v1beta2, v1beta1, v1alpha1, then everything else by name.</summary>
internal sealed partial class VersionOrder : IComparer<string>
{
    public static readonly VersionOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var (a, b) = (Rank(x!), Rank(y!));
        if (a is null || b is null) return a is null && b is null ? string.CompareOrdinal(y, x) : a is null ? -1 : 1;
        return a.Value.CompareTo(b.Value);
    }

    private static (int Stability, int Major, int Minor)? Rank(string version)
    {
        var match = Form().Match(version);
        if (!match.Success) return null;
        var stability = match.Groups[2].Value switch { "" => 2, "beta" => 1, _ => 0 };
        return (stability, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[3].Length == 0 ? 0 : int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^v(\d{1,6})(?:(alpha|beta)(\d{1,6}))?$")]
    private static partial Regex Form();
}
