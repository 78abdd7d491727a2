using Platform.Artifacts.Local;
using Platform.Artifacts.Minio;

namespace Platform.Artifacts;

/// <summary>Opens the store that the configuration value <c>S3</c> names.</summary>
public static class ArtifactStores
{
    /// <param name="value"><c>file:&lt;folder&gt;</c> or <c>http(s)://ACCESSKEY:SECRET@host:port</c>; special characters in keys are percent-encoded.</param>
    /// <exception cref="FormatException">The value has neither form; the message names both and never repeats a secret.</exception>
    public static IArtifactStore Open(string? value) => Problem(value) is { } problem ? throw new FormatException(problem)
        : value!.StartsWith(FolderScheme, StringComparison.Ordinal) ? new LocalArtifactStore(value[FolderScheme.Length..])
        : new MinioArtifactStore(new Uri(value));

    /// <summary>What is wrong with the value, or null when it can be opened.</summary>
    public static string? Problem(string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) return $"S3 is empty. {Forms}";
        if (value.StartsWith(FolderScheme, StringComparison.Ordinal))
            return value.Length > FolderScheme.Length && !value.StartsWith("file://", StringComparison.Ordinal) ? null : $"S3 is '{value}'. {Forms}";
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) return $"S3 is not an address of one of the known kinds. {Forms}";
        var shown = $"{uri.Scheme}://…@{uri.Authority}{uri.AbsolutePath}";
        if (uri.UserInfo.Split(':') is not [{ Length: > 0 }, { Length: > 0 }]) return $"S3 '{shown}' has no access key and secret before the host. {Forms}";
        return uri.AbsolutePath is "/" && uri.Query.Length == 0 ? null : $"S3 '{shown}' has a path or query after the host; buckets are named by artifact URIs. {Forms}";
    }

    private const string FolderScheme = "file:";
    private const string Forms = "Expected 'file:<folder>' or 'http(s)://ACCESSKEY:SECRET@host:port'.";
}
