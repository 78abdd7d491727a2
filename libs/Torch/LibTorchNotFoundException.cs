namespace Platform.Torch;

/// <summary>libtorch or TorchSharp's native library is missing or cannot be loaded here.</summary>
public sealed class LibTorchNotFoundException(string message, Exception? inner = null) : Exception(message, inner);
