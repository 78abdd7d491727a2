using static TorchSharp.torch;

namespace Platform.Quantization.Int8;

/// <summary>A matrix as int8 with one scale per row.</summary>
/// <remarks>
/// q = round(x · 127 / s), s = max |x| of the row, halves to even; x' = q · s / 127.
/// Dettmers, Lewis, Belkada, Zettlemoyer: "LLM.int8(): 8-bit Matrix Multiplication for Transformers at Scale", 2022, section 2.1.
/// Differs from the paper: x is rounded to float16 first, as in bitsandbytes. A row of zeros has zero codes.
/// </remarks>
/// <param name="Codes">int8 [rows, columns].</param>
/// <param name="Scales">float32 [rows], the largest magnitudes.</param>
public sealed record RowwiseInt8(Tensor Codes, Tensor Scales) : IDisposable
{
    public const double Levels = 127;

    private const double OverLevels = 1 / Levels;

    /// <param name="matrix">[rows, columns], any floating-point type.</param>
    /// <exception cref="NotFiniteNumberException">The matrix holds NaN or numbers that float16 has not.</exception>
    public static RowwiseInt8 Quantize(Tensor matrix)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var half = matrix.detach().to_type(ScalarType.Float16).to_type(ScalarType.Float32);
        var quantized = OfHalves(half);
        return quantized.Scales.isfinite().all().item<bool>()
            ? quantized.MoveToOuterDisposeScope()
            : throw new NotFiniteNumberException("The weight holds NaN, or numbers beyond float16's 65504, which eight bits cannot express.");
    }

    /// <param name="half">Values of float16, in float32.</param>
    internal static RowwiseInt8 OfHalves(Tensor half)
    {
        using var scope = NewDisposeScope();
        var scales = half.abs().amax([1L]);
        var factors = (Levels / scales).masked_fill(scales.eq(0), 0).unsqueeze(1);
        return new RowwiseInt8(half.mul(factors).round().to_type(ScalarType.Int8), scales).MoveToOuterDisposeScope();
    }

    /// <summary>The matrix in float32; the caller disposes it.</summary>
    public Tensor Dequantize()
    {
        using var scope = NewDisposeScope();
        return Codes.to_type(ScalarType.Float32).mul(Scales.unsqueeze(1)).mul((float)OverLevels).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Codes.Dispose();
        Scales.Dispose();
    }

    private RowwiseInt8 MoveToOuterDisposeScope()
    {
        Codes.MoveToOuterDisposeScope();
        Scales.MoveToOuterDisposeScope();
        return this;
    }
}
