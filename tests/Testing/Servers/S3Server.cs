namespace Platform.Testing.Servers;

/// <summary>s3rver, an S3 server from npm.</summary>
public sealed class S3Server : RealServer
{
    private static readonly string Script = Path.Combine(RepositoryFolder.Root, ".platform", "tools", "node_modules", "s3rver", "bin", "s3rver.js");

    /// <summary>A value for the configuration key <c>S3</c>.</summary>
    public string Address
    {
        get
        {
            Require();
            return $"http://S3RVER:S3RVER@127.0.0.1:{Port}";
        }
    }

    protected override string? Missing => Find("node") is null || !File.Exists(Script) ? "The S3 server s3rver is not installed: run 'make deps'." : null;

    private protected override ServerProcess Launch() => ServerProcess.Start(
        Folder,
        // It makes list tokens with DES, which current OpenSSL calls legacy.
        new Dictionary<string, string> { ["NODE_OPTIONS"] = "--openssl-legacy-provider", ["TMPDIR"] = Folder },
        Find("node")!, Script, "--directory", Path.Combine(Folder, "data"), "--address", "127.0.0.1", "--port", $"{Port}", "--silent", "--no-vhost-buckets");
}
