namespace Platform.Torch.Native;

/// <param name="Folder">Where libtorch lies.</param>
/// <param name="TorchCpu">The handle of libtorch_cpu, which exports the stable ABI.</param>
internal sealed record LoadedLibraries(string Folder, nint TorchCpu, bool HasCuda);
