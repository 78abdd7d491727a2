using Microsoft.Extensions.Configuration;

namespace Platform.Hosting.Options;

/// <summary>The platform's configuration, by environment variable or any other configuration source.</summary>
public sealed class PlatformOptions
{
    /// <summary>The process's name in traces, metrics and queue names.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>BUS</c>: <c>memory</c>, or <c>amqp(s)://user:password@host:port/vhost</c>.</summary>
    public string? Bus { get; set; }

    /// <summary><c>DATABASE</c>: <c>Host=…</c> for PostgreSQL; <c>Data Source=…</c> or a folder for SQLite.</summary>
    public string? Database { get; set; }

    /// <summary><c>S3</c>: where artifacts are; see <see cref="Artifacts.ArtifactStores"/>.</summary>
    public string? S3 { get; set; }

    /// <summary><c>RUN_TOKEN_KEY</c>: at least 16 bytes in base64.</summary>
    public string? RunTokenKey { get; set; }

    /// <summary><c>PLATFORM_ROOT</c>: the folder that relative <c>file:</c> URIs start from; the working directory when absent.</summary>
    public string Root { get; set; } = "";

    /// <summary><c>ALLOW_FILE_URIS</c>: whether <c>file:</c> URIs are read at all. Only on a machine of one user.</summary>
    public bool AllowFileUris { get; set; }

    internal void Read(IConfiguration configuration)
    {
        Bus = configuration["BUS"];
        Database = configuration["DATABASE"];
        S3 = configuration["S3"];
        RunTokenKey = configuration["RUN_TOKEN_KEY"];
        Root = Path.GetFullPath(configuration["PLATFORM_ROOT"] is { Length: > 0 } root ? root : Directory.GetCurrentDirectory());
        AllowFileUris = string.Equals(configuration["ALLOW_FILE_URIS"], "true", StringComparison.OrdinalIgnoreCase);
    }
}
