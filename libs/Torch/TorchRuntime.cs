using Platform.Torch.Native;
using TorchSharp;

namespace Platform.Torch;

/// <summary>Loads libtorch and TorchSharp's native library once per process, before TorchSharp is first touched.</summary>
public static class TorchRuntime
{
    private static readonly Lazy<LoadedLibraries> Libraries = new(Load, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Loads the native libraries if that has not happened yet. Cheap and safe to call from any thread.</summary>
    /// <exception cref="LibTorchNotFoundException">There is no usable libtorch; the message lists the folders tried.</exception>
    public static void EnsureLoaded() => _ = Libraries.Value;

    /// <summary>The folder libtorch was loaded from.</summary>
    public static string Folder => Libraries.Value.Folder;

    /// <summary>Whether the loaded libtorch was built for CUDA (says nothing about a device being there).</summary>
    public static bool HasCuda => Libraries.Value.HasCuda;

    internal static nint TorchCpu => Libraries.Value.TorchCpu;

    private static LoadedLibraries Load()
    {
        var libraries = NativeLoader.Load(NativeFolders.Candidates());
        torch.InitializeDeviceType(DeviceType.CPU);
        return libraries;
    }
}
