using System.Runtime.InteropServices;
using Platform.Torch.Dispatch;
using static TorchSharp.torch;

namespace Platform.Torch;

/// <summary>The bridge between tensors on the CPU and plain memory.</summary>
public static unsafe partial class RawMemory
{
    /// <summary>The address of a contiguous CPU tensor's first element; valid while the tensor lives.</summary>
    public static nint Address(Tensor tensor)
    {
        if (tensor.device_type != TorchSharp.DeviceType.CPU || !tensor.is_contiguous()) throw new ArgumentException("Only contiguous tensors on the CPU have plain memory.");
        return StableAbi.aoti_torch_get_data_ptr(tensor.Handle, out var address) == 0
            ? address
            : throw new InvalidOperationException("libtorch does not give the tensor's address; it wrote the reason to standard error.");
    }

    /// <summary>Lets the system take back the pages of a file's map that lie wholly in a range; they are read again when touched.</summary>
    public static void Forget(nint address, long length)
    {
        if (!OperatingSystem.IsLinux()) return;
        var page = Environment.SystemPageSize;
        var (begin, end) = ((address + page - 1) / page * page, (nint)((address + length) / page * page));
        if (end > begin) _ = madvise(begin, (nuint)(end - begin), DontNeed); // advice only: a refusal costs memory, nothing else
    }

    private const int DontNeed = 4; // MADV_DONTNEED

    [LibraryImport("libc")]
    private static partial int madvise(nint address, nuint length, int advice);

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
