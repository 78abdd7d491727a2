using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints;

/// <summary>What readers of tensors have in common.</summary>
internal static class TensorFiles
{
    /// <summary>The bytes read at once: large enough for the disk, small enough to cancel and to fit into an int.</summary>
    public const int ChunkSize = 1 << 24;

    /// <summary>Whether a file's bytes are the tensor's memory.</summary>
    public static bool IsPlain(Tensor destination, ScalarType stored) =>
        destination.device_type == DeviceType.CPU && destination.dtype == stored && destination.is_contiguous();

    public static CheckpointException OtherShape(string file, TensorEntry entry, Tensor destination) =>
        new($"'{file}': tensor '{entry.Name}' has the shape [{string.Join(", ", entry.Shape)}], the model needs [{string.Join(", ", destination.shape)}].");
}
