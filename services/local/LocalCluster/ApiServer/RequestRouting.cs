using Microsoft.AspNetCore.Http;

namespace Platform.LocalCluster.ApiServer;

/// <summary>Where a path under /api or /apis leads.</summary>
internal sealed record RoutedPath(string Group, string Version, string? Plural, string? Namespace, string? Name, string? Subresource)
{
    /// <summary>Null when the path is not of the form /api/v1/… or /apis/group/version/….</summary>
    public static RoutedPath? Parse(PathString path)
    {
        var parts = (path.Value ?? "").Trim('/').Split('/');
        var (group, rest) = parts switch
        {
            ["api", _, ..] => ("", parts[1..]),
            ["apis", var g, _, ..] => (g, parts[2..]),
            _ => ("", []),
        };
        if (rest.Length == 0 || rest.Any(part => part.Length == 0)) return null;
        var version = rest[0];
        if (rest is [_, "watch", _, ..]) rest = [version, .. rest[2..]]; // the old path of a watch
        return rest[1..] switch
        {
            [] => new(group, version, null, null, null, null),
            ["namespaces"] => new(group, version, "namespaces", null, null, null),
            ["namespaces", var name] => new(group, version, "namespaces", null, name, null),
            ["namespaces", var name, "status" or "finalize"] when group.Length == 0 => new(group, version, "namespaces", null, name, rest[^1]),
            ["namespaces", var ns, var plural] => new(group, version, plural, ns, null, null),
            ["namespaces", var ns, var plural, var name] => new(group, version, plural, ns, name, null),
            ["namespaces", var ns, var plural, var name, .. var sub] => new(group, version, plural, ns, name, string.Join('/', sub)),
            [var plural] => new(group, version, plural, null, null, null),
            [var plural, var name] => new(group, version, plural, null, name, null),
            [var plural, var name, .. var sub] => new(group, version, plural, null, name, string.Join('/', sub)),
        };
    }
}
