namespace Platform.Artifacts.Local;

/// <summary>Where an artifact lies below the store's root. No key and no symbolic link leads out of it.</summary>
internal static class StorePath
{
    private const int LongestName = 255; // bytes; what ext4, xfs and APFS allow

    public static string Of(string root, ArtifactUri uri)
    {
        var path = Path.Combine(root, uri.Bucket);
        RefuseLink(path, uri);
        foreach (var name in uri.Key.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (System.Text.Encoding.UTF8.GetByteCount(name) > LongestName) throw new IOException($"{uri} has a name longer than {LongestName} bytes, which a folder store cannot hold.");
            path = Path.Combine(path, name);
            RefuseLink(path, uri);
        }
        return path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new IOException($"{uri} leads out of the artifact store.");
    }

    private static void RefuseLink(string path, ArtifactUri uri)
    {
        if (new FileInfo(path).LinkTarget is { } target) throw new IOException($"{uri} goes through a symbolic link to {target}; an artifact store holds files only.");
    }
}
