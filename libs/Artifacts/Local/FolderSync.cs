using System.Runtime.InteropServices;

namespace Platform.Artifacts.Local;

/// <summary>Makes a rename durable: the folder that holds the new name is synchronised to disk. .NET cannot open folders.</summary>
internal static partial class FolderSync
{
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return; // NTFS journals renames
        var descriptor = Open(folder, 0); // O_RDONLY
        if (descriptor < 0) throw new IOException($"Cannot open {folder} to synchronise it: error {Marshal.GetLastPInvokeError()}.");
        try
        {
            if (Synchronise(descriptor) != 0) throw new IOException($"Cannot synchronise {folder}: error {Marshal.GetLastPInvokeError()}.");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronise(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
