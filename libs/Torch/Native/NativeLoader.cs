using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Platform.Torch.Native;

/// <summary>Loads libtorch's pieces in the order of their dependencies, then TorchSharp's library.</summary>
internal static class NativeLoader
{
    private static readonly (string Prefix, string Suffix) FileName =
        OperatingSystem.IsWindows() ? ("", ".dll") : OperatingSystem.IsMacOS() ? ("lib", ".dylib") : ("lib", ".so");

    public static LoadedLibraries Load(NativeFolders folders)
    {
        var libTorch = NativeFolders.FolderWith(File("torch_cpu"), folders.LibTorch);
        Dictionary<string, nint> loaded = [];

        // libtorch_cpu finds the OpenMP library and libc10 beside itself, later ones find it by its name.
        foreach (var name in (string[])["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"])
        {
            var path = Path.Combine(libTorch, File(name));
            if (System.IO.File.Exists(path)) loaded[name] = LoadLibTorch(path);
        }

        var sharp = Path.Combine(NativeFolders.FolderWith(File("LibTorchSharp"), folders.LibTorchSharp), File("LibTorchSharp"));
        loaded["LibTorchSharp"] = TorchSharpLibrary.Load(sharp);

        // On Linux the names resolve to what is loaded already; elsewhere these answers are needed.
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => loaded.GetValueOrDefault(name);
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => loaded.GetValueOrDefault(name));

        return new LoadedLibraries(libTorch, loaded["torch_cpu"], loaded.ContainsKey("torch_cuda"));
    }

    private static string File(string name) => FileName.Prefix + name + FileName.Suffix;

    private static nint LoadLibTorch(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            throw new LibTorchNotFoundException($"'{path}' cannot be loaded: {failure.Message}", failure);
        }
    }
}
