using System.Runtime.InteropServices;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Quantization.Gptq;

/// <summary>A weight as the tensors of a GPTQ checkpoint.</summary>
/// <remarks>
/// <c>qweight</c> I32 [in · b / 32, out] and <c>qzeros</c> I32 [groups, out · b / 32], see <see cref="BitPacking"/>, the zero points less
/// one in version 1; <c>scales</c> F16 [groups, out]; <c>g_idx</c> I32 [in].
/// Differs from AutoGPTQ's writer: a zero point of 0 less one is masked to b bits and does not spill over into its neighbours.
/// </remarks>
internal static class GptqTensors
{
    public static bool In(StoredTensors stored, string path) => stored.Contains($"{path}.qweight");

    public static IEnumerable<(string Name, Tensor Tensor)> Of(GroupedWeight weight, bool secondVersion)
    {
        yield return ("qweight", tensor(weight.Words.ToArray(), [weight.Words.Length / weight.OutFeatures, weight.OutFeatures]));
        yield return ("qzeros", Zeros(weight, secondVersion));
        yield return ("scales", Scales(weight));
        yield return ("g_idx", tensor(weight.Groups.ToArray()));
    }

    /// <exception cref="CheckpointException">A tensor is missing or another one; the message names it.</exception>
    public static GroupedWeight Read(StoredTensors stored, string path, Linear layer, GptqFormat format)
    {
        var (bits, size) = (format.Options.Bits, format.Options.GroupSize);
        var (inputs, outputs) = ((int)layer.InFeatures, (int)layer.OutFeatures);
        try
        {
            var width = GroupedWeight.GroupWidth(inputs, size);
            var groups = (inputs + width - 1) / width;
            var words = Ints(stored, $"{path}.qweight", BitPacking.Words(inputs, bits, "The number of inputs"), outputs);
            var zeros = UnpackZeros(Ints(stored, $"{path}.qzeros", groups, BitPacking.Words(outputs, bits, "The number of outputs")), groups, outputs, bits, format.IsSecondVersion);
            return new GroupedWeight(bits, size, inputs, outputs, words, Floats(stored, $"{path}.scales", groups, outputs), zeros, Groups(stored, path, inputs, width));
        }
        catch (ArgumentException e)
        {
            throw new CheckpointException($"'{stored.Folder}': {path}: {e.Message}", e);
        }
    }

    internal static Tensor Scales(GroupedWeight weight)
    {
        using var scales = tensor(weight.Scales.ToArray(), [weight.GroupCount, weight.OutFeatures]);
        return scales.to_type(ScalarType.Float16);
    }

    internal static int[] Ints(StoredTensors stored, string name, params ReadOnlySpan<long> shape)
    {
        using var values = stored.Read(name, ScalarType.Int32, shape);
        return MemoryMarshal.Cast<byte, int>(values.bytes).ToArray();
    }

    /// <summary>float16, in newer files also bfloat16 or float32.</summary>
    internal static float[] Floats(StoredTensors stored, string name, params ReadOnlySpan<long> shape)
    {
        var type = stored.Entry(name).Dtype switch { "F32" => ScalarType.Float32, "BF16" => ScalarType.BFloat16, _ => ScalarType.Float16 };
        using var values = stored.Read(name, type, shape);
        using var wide = values.to_type(ScalarType.Float32);
        return MemoryMarshal.Cast<byte, float>(wide.bytes).ToArray();
    }

    private static int[] Groups(StoredTensors stored, string path, int inputs, int width) => stored.Contains($"{path}.g_idx")
        ? Ints(stored, $"{path}.g_idx", inputs)
        : [.. Enumerable.Range(0, inputs).Select(i => i / width)];

    // Packed along the outputs: the transpose of how weights are packed along the inputs.
    private static Tensor Zeros(GroupedWeight weight, bool secondVersion)
    {
        var (groups, outputs) = (weight.GroupCount, weight.OutFeatures);
        var mask = (1 << weight.Bits) - 1;
        var transposed = new byte[weight.Zeros.Length]; // [out, groups]
        for (var group = 0; group < groups; group++)
            for (var output = 0; output < outputs; output++)
                transposed[(output * groups) + group] = (byte)((weight.Zeros[(group * outputs) + output] - (secondVersion ? 0 : 1)) & mask);
        var words = BitPacking.Pack(transposed, groups, weight.Bits);
        using var packed = tensor(words, [words.Length / groups, groups]);
        using var view = packed.t();
        return view.contiguous();
    }

    private static byte[] UnpackZeros(int[] words, int groups, int outputs, int bits, bool secondVersion)
    {
        using var packed = tensor(words, [groups, words.Length / groups]);
        using var view = packed.t();
        using var transposed = view.contiguous();
        var source = MemoryMarshal.Cast<byte, int>(transposed.bytes);
        var (zeros, row, mask) = (new byte[groups * outputs], new byte[groups], (1 << bits) - 1);
        for (var output = 0; output < outputs; output++)
        {
            BitPacking.Unpack(source, groups, bits, output, row);
            for (var group = 0; group < groups; group++) zeros[(group * outputs) + output] = (byte)((row[group] + (secondVersion ? 0 : 1)) & mask);
        }

        return zeros;
    }
}
