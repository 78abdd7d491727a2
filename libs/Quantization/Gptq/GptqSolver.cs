using System.Numerics;
using System.Runtime.InteropServices;
using Platform.Quantization.Grouped;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Quantization.Gptq;

/// <summary>Quantizes the weight of one linear layer input by input, each time correcting the inputs that are still to come.</summary>
/// <remarks>
/// For input i: q = quant(w_i), e = (w_i - q) / U_ii, w_j -= e · U_ij for j > i, where UᵀU = (H + λI)⁻¹. Corrections beyond the
/// current block of inputs are applied at its end: W -= E U.
/// Frantar, Ashkboos, Hoefler, Alistarh: "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers", 2022,
/// algorithm 1. Differs from the paper: as in the published code a group's scales are taken from weights that have the corrections
/// of earlier blocks only; inputs that are always zero get the weight zero.
/// </remarks>
internal static class GptqSolver
{
    /// <param name="weight">[out, in].</param>
    /// <param name="hessian">[in, in]; see <see cref="HessianAccumulator"/>.</param>
    /// <exception cref="ArgumentException">The options are invalid or do not fit the layer.</exception>
    /// <exception cref="Calibration.CalibrationException">The Hessian cannot be inverted.</exception>
    /// <exception cref="NotFiniteNumberException">The weight holds NaN or infinity.</exception>
    public static GroupedWeight Solve(Tensor weight, Tensor hessian, GptqOptions options)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var (outputs, inputs) = ((int)weight.shape[0], (int)weight.shape[1]);
        options.ThrowUnlessFitting(inputs);
        var rows = weight.detach().cpu().to_type(ScalarType.Float32).clone().contiguous();
        if (!rows.isfinite().all().item<bool>()) throw new NotFiniteNumberException("The weight holds NaN or infinity, which integers cannot express.");
        var ranges = new GroupRanges(outputs, inputs, options);
        ranges.SetWhole(Span(rows)); // before dead inputs lose their weights, as in the published code

        var h = hessian.cpu().to_type(ScalarType.Float32).clone();
        var dead = h.diagonal().eq(0);
        h.diagonal().masked_fill_(dead, 1);
        rows.masked_fill_(dead.unsqueeze(0), 0);
        ranges.SetStatic(Span(rows));

        var order = options.ActivationOrder ? h.diagonal().argsort(0, descending: true) : arange(inputs, dtype: ScalarType.Int64);
        var permuted = rows.index_select(1, order).contiguous();
        var upper = InverseCholesky.Of(h.index_select(0, order).index_select(1, order), options.Damping);
        var places = order.data<long>().Select(place => (int)place).ToArray();
        var values = Run(permuted, upper, ranges, places, options.BlockSize);

        var inverse = order.argsort();
        return GroupedWeight.Of(values.index_select(1, inverse), ranges.Scales(), ranges.Zeros(), ranges.Groups(places), options.Bits, options.GroupSize);
    }

    private static Tensor Run(Tensor rows, Tensor upper, GroupRanges ranges, int[] places, int blockSize)
    {
        var (outputs, inputs) = ((int)rows.shape[0], (int)rows.shape[1]);
        var values = empty(outputs, inputs, dtype: ScalarType.Float32);
        using var weightMemory = new TensorMemory(rows);
        using var valueMemory = new TensorMemory(values);
        using var factorMemory = new TensorMemory(upper);
        for (var begin = 0; begin < inputs; begin += blockSize)
        {
            using var block = NewDisposeScope();
            var (start, count) = (begin, Math.Min(blockSize, inputs - begin));
            var errors = empty(outputs, count, dtype: ScalarType.Float32);
            using var errorMemory = new TensorMemory(errors);
            Parallel.For(0, outputs, row => RunRow(
                row,
                weightMemory.Memory.Span.Slice(row * inputs, inputs),
                valueMemory.Memory.Span.Slice((row * inputs) + start, count),
                errorMemory.Memory.Span.Slice(row * count, count),
                factorMemory.Memory.Span,
                start,
                ranges,
                places));
            if (start + count == inputs) break;
            rows.narrow(1, start + count, inputs - start - count).sub_(errors.matmul(upper.narrow(0, start, count).narrow(1, start + count, inputs - start - count)));
        }

        return values.to_type(ScalarType.Byte);
    }

    /// <summary>One output's weights of one block: they do not depend on other outputs.</summary>
    private static void RunRow(int row, ReadOnlySpan<float> weights, Span<float> values, Span<float> errors, ReadOnlySpan<float> upper, int start, GroupRanges ranges, int[] places)
    {
        var (count, inputs) = (values.Length, weights.Length);
        Span<float> working = new float[count];
        weights.Slice(start, count).CopyTo(working);
        for (var i = 0; i < count; i++)
        {
            var range = ranges.At(row, start + i, places[start + i], weights);
            var factors = upper.Slice(((start + i) * inputs) + start, count);
            var value = range.Quantize(working[i], ranges.Levels);
            var error = (working[i] - range.Dequantize(value)) / factors[i];
            (values[i], errors[i]) = (value, error);
            Correct(working[i..], factors[i..], error);
        }
    }

    /// <summary>w -= e u.</summary>
    private static void Correct(Span<float> weights, ReadOnlySpan<float> factors, float error)
    {
        var w = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var u = MemoryMarshal.Cast<float, Vector<float>>(factors);
        for (var i = 0; i < w.Length; i++) w[i] -= u[i] * error;
        for (var i = w.Length * Vector<float>.Count; i < weights.Length; i++) weights[i] -= factors[i] * error;
    }

    private static Span<float> Span(Tensor values) => MemoryMarshal.Cast<byte, float>(values.bytes);
}
