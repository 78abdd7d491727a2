using System.Runtime.InteropServices;
using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Quantization.Gptq;

/// <summary>Quantizes each weight on its own, on the same grid as GPTQ: what GPTQ is measured against, and what needs no data.</summary>
public static class RoundToNearest
{
    /// <exception cref="ArgumentException">The options are invalid or do not fit the layer.</exception>
    public static GroupedWeight Quantize(Tensor weight, GptqOptions options)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var (outputs, inputs) = ((int)weight.shape[0], (int)weight.shape[1]);
        options.ThrowUnlessFitting(inputs);
        var rows = MemoryMarshal.Cast<byte, float>(weight.detach().cpu().to_type(ScalarType.Float32).contiguous().bytes);
        var width = GroupedWeight.GroupWidth(inputs, options.GroupSize);
        var groups = inputs / width;
        var (values, scales, zeros) = (new byte[rows.Length], new float[outputs * groups], new float[outputs * groups]);
        for (var group = 0; group < scales.Length; group++)
        {
            var weights = rows.Slice(group * width, width);
            var range = IntegerRange.Of(weights, options.Bits, options.Symmetric);
            (scales[group], zeros[group]) = (range.Scale, range.Zero);
            for (var i = 0; i < width; i++) values[(group * width) + i] = (byte)range.Quantize(weights[i], (1 << options.Bits) - 1);
        }

        return GroupedWeight.Of(tensor(values, [outputs, inputs], ScalarType.Byte), tensor(scales, [outputs, groups]), tensor(zeros, [outputs, groups]), null, options.Bits, options.GroupSize);
    }
}
