namespace Platform.LocalCluster.Kubelet;

/// <summary>Files and folders with Unix modes; the kubelet runs where they exist.</summary>
public static class UnixFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A folder for its owner alone (0700), with all above it.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw NotHere();
        }

        Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
    }

    /// <summary>A file for its owner alone (0600).</summary>
    public static FileStream Open(string path, FileMode mode, FileShare share)
    {
        if (OperatingSystem.IsWindows())
        {
            throw NotHere();
        }

        return new FileStream(path, new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share, UnixCreateMode = Owner });
    }

    public static bool IsExecutable(string path) => (ModeOf(path) & (int)AnyExecute) != 0;

    public static int ModeOf(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw NotHere();
        }

        return (int)File.GetUnixFileMode(path);
    }

    public static void SetMode(string path, int mode)
    {
        if (OperatingSystem.IsWindows())
        {
            throw NotHere();
        }

        File.SetUnixFileMode(path, (UnixFileMode)mode);
    }

    private static PlatformNotSupportedException NotHere() => new("The process kubelet runs on Linux.");
}
