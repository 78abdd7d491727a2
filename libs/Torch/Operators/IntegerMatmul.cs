using Platform.Torch.Dispatch;
using static TorchSharp.torch;

namespace Platform.Torch.Operators;

/// <summary>The exact product of two int8 matrices.</summary>
public static class IntegerMatmul
{
    /// <param name="left">int8 [rows, inner]</param>
    /// <param name="right">int8 [inner, columns]</param>
    /// <returns>int32 [rows, columns]</returns>
    public static Tensor Multiply(Tensor left, Tensor right)
    {
        if (left.dtype != ScalarType.Int8 || right.dtype != ScalarType.Int8 || left.dim() != 2 || right.dim() != 2 || left.shape[1] != right.shape[0])
        {
            throw new ArgumentException($"int8 [n, k] times int8 [k, m] wanted, got {left.dtype} [{string.Join(", ", left.shape)}] times {right.dtype} [{string.Join(", ", right.shape)}].");
        }

        return Dispatcher.Operator("aten::_int_mm").Tensor(left).Tensor(right).InvokeForTensor();
    }
}
