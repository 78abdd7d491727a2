namespace Platform.LocalCluster.Kubelet.Pods;

/// <summary>The folders of pods that no longer exist.</summary>
public static class PodFolders
{
    public static void Delete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Something in it belongs to another user; the next start tries again.
        }
    }

    /// <summary>Deletes the folders of all pods that are not among those that still exist.</summary>
    public static void DeleteOthers(string root, IReadOnlySet<string> podUids)
    {
        var pods = Path.Combine(root, "pods");
        foreach (var folder in Directory.Exists(pods) ? Directory.GetDirectories(pods) : [])
        {
            if (!podUids.Contains(Path.GetFileName(folder)))
            {
                Delete(folder);
            }
        }
    }
}
