using Platform.Hosting.Options;

namespace Platform.Hosting.Sources;

/// <summary>
/// What <c>file:</c> URIs name on a machine of one user: absolute paths, and paths relative to the platform's folder, which no '..' and
/// no symbolic link leads out of.
/// </summary>
public sealed class FileUris(PlatformOptions options)
{
    public const string Scheme = "file:";

    /// <summary>Finds the path, or says what is wrong with the URI; whether something is there is not looked at.</summary>
    public string? Problem(string uri, out string path)
    {
        path = "";
        if (!options.AllowFileUris) return $"'{uri}' is a file of the service's machine, which is allowed only where the platform runs on one machine (ALLOW_FILE_URIS=true); use s3://bucket/key.";
        var text = uri[Scheme.Length..];
        if (text.StartsWith("///", StringComparison.Ordinal)) text = text[2..];
        if (text.Length == 0 || text.StartsWith("//", StringComparison.Ordinal) || text.Contains('\0')) return $"'{uri}' names no path; expected file:relative/path or file:/absolute/path.";
        path = Path.GetFullPath(text, options.Root);
        return Path.IsPathRooted(text) || IsInside(path) ? null : $"'{uri}' leads out of the platform's folder; use an absolute path if that is meant.";
    }

    private bool IsInside(string path) => Starts(path, options.Root) && Starts(Real(path), Real(options.Root));

    private static bool Starts(string path, string folder) => path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The path with every symbolic link in it followed.</summary>
    private static string Real(string path)
    {
        var real = "/";
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, name);
            if (new FileInfo(real) is { LinkTarget: not null } link) real = Real(link.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
        }
        return real;
    }
}
