using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Platform.Torch;

/// <summary>Compiled into every assembly that uses TorchSharp, so that the natives are loaded before its first use there.</summary>
file static class LoadTorchFirst
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "TorchSharp's static constructors run on first use of any of its types; nobody can be relied on to load the natives earlier.")]
    internal static void Load() => TorchRuntime.EnsureLoaded();
}
