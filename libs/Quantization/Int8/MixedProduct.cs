using Platform.Torch.Operators;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Quantization.Int8;

/// <summary>x Wᵀ in int8, but for the few columns of x that hold outliers.</summary>
/// <remarks>
/// y = (Qx Qwᵀ) ⊙ (sx swᵀ) / 127² + x_O W_Oᵀ, where O are the columns in which some |x| reaches the threshold; Qx leaves them out.
/// Dettmers et al.: "LLM.int8()", 2022, sections 2.1 and 2.2, equation 8.
/// Differs from the paper: W_O comes from the int8 weight, since no other is kept; 1/127² is bitsandbytes' constant.
/// </remarks>
internal static class MixedProduct
{
    private const double OverSquaredLevels = 6.200124e-05;

    // What CUDA's kernel asks for: more than 16 rows, and widths that are multiples of 8.
    private const long CudaRows = 17;
    private const long CudaMultiple = 8;

    /// <param name="x">[rows, in]</param>
    /// <param name="weight">[out, in]</param>
    /// <param name="bias">[out], or null</param>
    /// <param name="threshold">0 for no outliers</param>
    /// <returns>[rows, out] in the type of x</returns>
    public static Tensor Of(Tensor x, RowwiseInt8 weight, Tensor? bias, double threshold)
    {
        using var scope = NewDisposeScope();
        var outliers = OutlierColumns(x, threshold);
        using var quantized = Quantize(x, threshold, outliers);
        var scales = quantized.Scales.unsqueeze(1).mul(weight.Scales.unsqueeze(0));
        var y = Product(quantized.Codes, weight.Codes).mul(scales).mul(OverSquaredLevels);
        if (bias is not null) y = y.add(bias);
        y = y.to_type(x.dtype);
        if (outliers.numel() == 0) return y.MoveToOuterDisposeScope();
        using var columns = new RowwiseInt8(weight.Codes.index_select(1, outliers), weight.Scales.alias());
        return y.addmm(x.index_select(1, outliers), columns.Dequantize().to_type(x.dtype).t(), 1, 1).MoveToOuterDisposeScope();
    }

    /// <summary>int64 [columns]: those in which some magnitude reaches the threshold.</summary>
    internal static Tensor OutlierColumns(Tensor x, double threshold)
    {
        using var scope = NewDisposeScope();
        return threshold <= 0
            ? empty(0, dtype: ScalarType.Int64, device: x.device).MoveToOuterDisposeScope()
            : x.to_type(ScalarType.Float16).abs().ge(threshold).any(0).nonzero().flatten().MoveToOuterDisposeScope();
    }

    /// <summary>The rows without outliers; where there are several rows, their whole columns are left out.</summary>
    internal static RowwiseInt8 Quantize(Tensor x, double threshold, Tensor outliers)
    {
        using var scope = NewDisposeScope();
        var half = x.to_type(ScalarType.Float16).to_type(ScalarType.Float32);
        if (threshold > 0) half = half.masked_fill(half.abs().ge(threshold), 0);
        var quantized = RowwiseInt8.OfHalves(half);
        if (x.shape[0] > 1 && outliers.numel() > 0) quantized.Codes.index_fill_(1, outliers, 0);
        return new RowwiseInt8(quantized.Codes.MoveToOuterDisposeScope(), quantized.Scales.MoveToOuterDisposeScope());
    }

    /// <summary>int8 [n, k] times the transpose of int8 [m, k]: int32 [n, m].</summary>
    internal static Tensor Product(Tensor left, Tensor right)
    {
        using var scope = NewDisposeScope();
        if (left.device_type == DeviceType.CPU) return IntegerMatmul.Multiply(left, right.t()).MoveToOuterDisposeScope();
        var (rows, inner, columns) = (left.shape[0], left.shape[1], right.shape[0]);
        var padded = IntegerMatmul.Multiply(
            nn.functional.pad(left, [0, Missing(inner), 0, Math.Max(0, CudaRows - rows)]),
            nn.functional.pad(right, [0, Missing(inner), 0, Missing(columns)]).t());
        return padded.narrow(0, 0, rows).narrow(1, 0, columns).contiguous().MoveToOuterDisposeScope();

        long Missing(long size) => (CudaMultiple - (size % CudaMultiple)) % CudaMultiple;
    }
}
