using System.Buffers;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Platform.Quantization.Nf4;

/// <summary>The numbers of a contiguous float32 tensor on the CPU, in place, for code that writes them from several threads.</summary>
internal sealed class TensorMemory(Tensor tensor) : MemoryManager<float>
{
    public override Span<float> GetSpan() => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("Tensor memory never moves; use the span.");

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
