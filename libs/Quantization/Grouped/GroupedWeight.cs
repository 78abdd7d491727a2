using System.Runtime.InteropServices;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Quantization.Grouped;

/// <summary>A weight as small integers with a scale and a zero point per output and group of inputs: w = s (q - z).</summary>
/// <remarks>It is kept packed along the inputs, the way GPTQ's files have it, so that a pass unpacks whole rows of outputs at once.</remarks>
public sealed class GroupedWeight
{
    private readonly int[] _words;   // [in * bits / 32, out]
    private readonly float[] _scales; // [groups, out], numbers of float16
    private readonly byte[] _zeros;   // [groups, out]

    internal GroupedWeight(int bits, int groupSize, int inFeatures, int outFeatures, int[] words, float[] scales, byte[] zeros, int[] groups)
    {
        (Bits, GroupSize, InFeatures, OutFeatures, _words, _scales, _zeros, Groups) = (bits, groupSize, inFeatures, outFeatures, words, scales, zeros, groups);
        if (Array.FindIndex(groups, group => group < 0 || group >= GroupCount) is var wrong and >= 0)
            throw new ArgumentException($"Input {wrong} belongs to the group {groups[wrong]}; there are {GroupCount} groups.");
    }

    /// <summary>2, 3, 4 or 8.</summary>
    public int Bits { get; }

    /// <summary>Inputs that share a scale; -1: all of them.</summary>
    public int GroupSize { get; }

    public int InFeatures { get; }

    public int OutFeatures { get; }

    public int GroupCount => _scales.Length / OutFeatures;

    /// <summary>The group of each input.</summary>
    public IReadOnlyList<int> Groups { get; }

    /// <summary>Whether the groups are runs of consecutive inputs, as without activation order.</summary>
    public bool IsInOrder => Groups.Index().All(item => item.Item == item.Index / GroupWidth(InFeatures, GroupSize));

    /// <summary>Bytes that the weight takes in memory.</summary>
    public long SizeBytes => (4L * _words.Length) + (4L * _scales.Length) + _zeros.Length + (4L * Groups.Count);

    internal ReadOnlySpan<int> Words => _words;

    internal ReadOnlySpan<float> Scales => _scales;

    internal ReadOnlySpan<byte> Zeros => _zeros;

    /// <summary>Inputs in a group.</summary>
    public static int GroupWidth(int inFeatures, int groupSize) => groupSize == -1 ? inFeatures : groupSize;

    /// <param name="values">uint8 [out, in].</param>
    /// <param name="scales">[out, groups]; rounded to float16.</param>
    /// <param name="zeros">[out, groups], whole numbers below 2^bits.</param>
    /// <param name="groups">The group of each input; null: runs of <paramref name="groupSize"/>.</param>
    /// <exception cref="ArgumentException">The sizes do not fit each other.</exception>
    public static GroupedWeight Of(Tensor values, Tensor scales, Tensor zeros, int[]? groups, int bits, int groupSize)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var (outputs, inputs) = ((int)values.shape[0], (int)values.shape[1]);
        BitPacking.Words(inputs, bits, "The number of inputs");
        var width = GroupWidth(inputs, groupSize);
        return new GroupedWeight(
            bits,
            groupSize,
            inputs,
            outputs,
            BitPacking.Pack(values.t().contiguous().cpu().bytes, outputs, bits),
            Floats(scales.t().to_type(ScalarType.Float16)),
            zeros.t().to_type(ScalarType.Byte).contiguous().cpu().bytes.ToArray(),
            groups ?? [.. Enumerable.Range(0, inputs).Select(i => i / width)]);
    }

    /// <summary>The integers, uint8 [out, in].</summary>
    public Tensor Values()
    {
        var values = new byte[InFeatures * OutFeatures];
        for (var i = 0; i < InFeatures; i++) BitPacking.Unpack(_words, OutFeatures, Bits, i, values.AsSpan(i * OutFeatures, OutFeatures));
        using var transposed = tensor(values, [InFeatures, OutFeatures], ScalarType.Byte);
        using var view = transposed.t();
        return view.contiguous();
    }

    /// <summary>The weight in float32, [in, out].</summary>
    public Tensor DequantizeTransposed()
    {
        var result = empty(InFeatures, OutFeatures, dtype: ScalarType.Float32);
        using var memory = new TensorMemory(result);
        var weight = memory.Memory;
        Parallel.For(0, InFeatures, () => new byte[OutFeatures], (int i, ParallelLoopState _, byte[] integers) =>
        {
            BitPacking.Unpack(_words, OutFeatures, Bits, i, integers);
            var group = Groups[i] * OutFeatures;
            var scales = _scales.AsSpan(group, OutFeatures);
            var zeros = _zeros.AsSpan(group, OutFeatures);
            var row = weight.Span.Slice(i * OutFeatures, OutFeatures);
            for (var o = 0; o < row.Length; o++) row[o] = scales[o] * (integers[o] - zeros[o]);
            return integers;
        }, _ => { });
        return result;
    }

    private static float[] Floats(Tensor values) => MemoryMarshal.Cast<byte, float>(values.to_type(ScalarType.Float32).contiguous().cpu().bytes).ToArray();
}
