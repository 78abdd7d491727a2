using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Platform.Torch.Native;

/// <summary>
/// Loads TorchSharp's native library. The published build asks for libstdc++ of GCC 13 (GLIBCXX_3.4.32), which Debian 12 and
/// Ubuntu 22.04 lack, for one symbol that has no effect: there a patched copy is loaded instead.
/// </summary>
internal static class TorchSharpLibrary
{
    private const string MissingVersion = "GLIBCXX_3.4.32";

    public static nint Load(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException failure) when (OperatingSystem.IsLinux() && failure.Message.Contains(MissingVersion, StringComparison.Ordinal))
        {
            return NativeLibrary.Load(PatchedCopy(path));
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            throw new LibTorchNotFoundException($"'{path}' cannot be loaded: {failure.Message}", failure);
        }
    }

    /// <summary>
    /// Writes the patched copy into the user's cache, unless it is there. The name is the content's hash and the content is
    /// compared, so a torn or foreign file is replaced rather than loaded.
    /// </summary>
    internal static string PatchedCopy(string path)
    {
        var image = File.ReadAllBytes(path);
        ElfSymbolVersion.Drop(image, "_ZSt21ios_base_library_initv", MissingVersion, harmless: "sched_yield");

        var folder = CacheFolder();
        var copy = Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(image))[..16]}-{Path.GetFileName(path)}");
        if (File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(image)) return copy;

        var temporary = $"{copy}.{Guid.NewGuid():n}";
        try
        {
            File.WriteAllBytes(temporary, image);
            File.Move(temporary, copy, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        return copy;
    }

    /// <summary>The user's cache; a folder that only this process knows where there is no writable home.</summary>
    private static string CacheFolder()
    {
        var root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? Path.Combine(home, ".cache") : null;
        if (root is not null)
        {
            try
            {
                return Directory.CreateDirectory(Path.Combine(root, "platform", "torch")).FullName;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // A read-only home, as pods have: fall through.
            }
        }

        return Directory.CreateTempSubdirectory("platform-torch-").FullName;
    }
}
