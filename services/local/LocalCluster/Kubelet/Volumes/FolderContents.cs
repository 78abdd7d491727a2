namespace Platform.LocalCluster.Kubelet.Volumes;

/// <summary>Makes a folder hold exactly these files; each changes at once, never in part.</summary>
public static class FolderContents
{
    public static void Write(string folder, IReadOnlyDictionary<string, VolumeFile> files, int mode)
    {
        HashSet<string> wanted = [];
        foreach (var (path, file) in files)
        {
            var target = Path.GetFullPath(Path.Combine(folder, path));
            if (!target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new MountException(Path.GetFileName(folder), $"the path {path} leads out of the volume");
            }

            wanted.Add(target);
            WriteFile(target, file.Content, (file.Mode ?? mode) & 511);
        }

        foreach (var stale in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !wanted.Contains(file)).ToList())
        {
            File.Delete(stale);
        }
    }

    private static void WriteFile(string target, byte[] content, int mode)
    {
        if (File.Exists(target) && UnixFiles.ModeOf(target) == mode && File.ReadAllBytes(target).AsSpan().SequenceEqual(content))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var fresh = target + ".new";
        File.Delete(fresh);
        using (var stream = UnixFiles.Open(fresh, FileMode.CreateNew, FileShare.None))
        {
            stream.Write(content);
        }

        UnixFiles.SetMode(fresh, mode);
        File.Move(fresh, target, overwrite: true);
    }
}
