using Platform.Torch.Dispatch;
using static TorchSharp.torch;

namespace Platform.Torch;

/// <summary>The bridge between tensors on the CPU and plain memory.</summary>
public static unsafe class RawMemory
{
    /// <summary>The address of a contiguous CPU tensor's first element; valid while the tensor lives.</summary>
    public static nint Address(Tensor tensor)
    {
        if (tensor.device_type != TorchSharp.DeviceType.CPU || !tensor.is_contiguous()) throw new ArgumentException("Only contiguous tensors on the CPU have plain memory.");
        return StableAbi.aoti_torch_get_data_ptr(tensor.Handle, out var address) == 0
            ? address
            : throw new InvalidOperationException("libtorch does not give the tensor's address; it wrote the reason to standard error.");
    }

    /// <summary>A tensor over memory that the caller owns and must keep until the tensor is disposed.</summary>
    public static Tensor View(nint address, ScalarType dtype, ReadOnlySpan<long> shape)
    {
        Span<long> strides = stackalloc long[shape.Length];
        var stride = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(1, shape[i]);
        }

        fixed (long* sizes = shape, steps = strides)
        {
            return StableAbi.aoti_torch_create_tensor_from_blob(address, shape.Length, sizes, steps, 0, (int)dtype, 0, 0, out var tensor) == 0
                ? Tensor.UnsafeCreateTensor(tensor)
                : throw new InvalidOperationException("libtorch cannot view the memory as a tensor; it wrote the reason to standard error.");
        }
    }
}
