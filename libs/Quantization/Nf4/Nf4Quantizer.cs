using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Platform.Quantization.Nf4;

/// <summary>Turns a weight into four bits a number and back, byte for byte as bitsandbytes does.</summary>
/// <remarks>See <see cref="BlockCodes"/> and <see cref="NestedScales"/> for the formulas.</remarks>
public static class Nf4Quantizer
{
    /// <param name="weight">float32, bfloat16 or float16; any shape and device.</param>
    /// <param name="options">Codebook, block size, double quantization.</param>
    /// <exception cref="ArgumentException">The options are invalid or the weight is no floating-point tensor.</exception>
    /// <exception cref="NotFiniteNumberException">The weight holds NaN or infinity.</exception>
    public static QuantizedWeight Quantize(Tensor weight, Nf4Options options)
    {
        if (options.Problems() is [_, ..] problems) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        var dtype = DtypeName(weight.dtype);
        var codebook = FourBitCodebook.Named(options.QuantType);
        var values = Floats(weight);
        var packed = new byte[(values.Length + 1) / 2];
        var scales = new float[BlockCodes.Blocks(values.Length, options.BlockSize)];
        BlockCodes.Quantize(values, codebook, options.BlockSize, packed, scales);
        if (scales.Any(scale => !float.IsFinite(scale))) throw new NotFiniteNumberException("The weight holds NaN or infinity, which four bits cannot express.");
        var nested = options.DoubleQuantization ? NestedScales.Quantize(scales) : null;
        return new QuantizedWeight(codebook, options.BlockSize, dtype, weight.shape, packed, nested is null ? scales : null, nested);
    }

    /// <summary>The weight in its own shape and type, on the CPU.</summary>
    public static Tensor Dequantize(QuantizedWeight weight)
    {
        var values = empty(weight.Shape, dtype: ScalarType.Float32);
        using (var memory = new TensorMemory(values)) BlockCodes.Dequantize(weight.Packed, weight.Scales(), weight.Codebook, weight.BlockSize, memory.Memory);
        if (weight.Dtype == "float32") return values;
        using (values) return values.to_type(DtypeOf(weight.Dtype));
    }

    internal static string DtypeName(ScalarType type) => type switch
    {
        ScalarType.Float32 => "float32",
        ScalarType.BFloat16 => "bfloat16",
        ScalarType.Float16 => "float16",
        _ => throw new ArgumentException($"A weight of type {type} cannot be quantized to four bits; it must be float32, bfloat16 or float16."),
    };

    internal static ScalarType DtypeOf(string name) => name switch
    {
        "bfloat16" => ScalarType.BFloat16,
        "float16" => ScalarType.Float16,
        _ => ScalarType.Float32,
    };

    private static float[] Floats(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var values = weight.detach().cpu().to_type(ScalarType.Float32).contiguous();
        return MemoryMarshal.Cast<byte, float>(values.bytes).ToArray();
    }
}
