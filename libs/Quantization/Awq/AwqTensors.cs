using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using Platform.Quantization.Gptq;
using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Quantization.Awq;

/// <summary>A weight as the tensors of an AWQ checkpoint in the GEMM layout.</summary>
/// <remarks>
/// <c>qweight</c> I32 [in, out / 8], <c>qzeros</c> I32 [groups, out / 8], <c>scales</c> F16 [groups, out]. Nibble i of word c holds the
/// output 8 c + (0, 2, 4, 6, 1, 3, 5, 7)_i. Zero points are stored as they are.
/// </remarks>
internal static class AwqTensors
{
    /// <summary>Outputs in a word.</summary>
    public const int Columns = 8;

    private static readonly int[] Order = [0, 2, 4, 6, 1, 3, 5, 7];

    public static bool In(StoredTensors stored, string path) => stored.Contains($"{path}.qweight");

    public static IEnumerable<(string Name, Tensor Tensor)> Of(GroupedWeight weight)
    {
        using var values = weight.Values();
        using var transposed = values.t();
        using var rows = transposed.contiguous();
        yield return ("qweight", Pack(rows.bytes, weight.OutFeatures));
        yield return ("qzeros", Pack(weight.Zeros, weight.OutFeatures));
        yield return ("scales", GptqTensors.Scales(weight));
    }

    /// <exception cref="CheckpointException">A tensor is missing or another one; the message names it.</exception>
    public static GroupedWeight Read(StoredTensors stored, string path, Linear layer, AwqFormat format)
    {
        var (inputs, outputs) = ((int)layer.InFeatures, (int)layer.OutFeatures);
        var width = GroupedWeight.GroupWidth(inputs, format.GroupSize);
        if (inputs % width != 0 || outputs % Columns != 0) throw new CheckpointException($"'{stored.Folder}': {path}: group_size {format.GroupSize} must divide the {inputs} inputs, and {Columns} the {outputs} outputs.");
        var groups = inputs / width;
        var values = Unpack(GptqTensors.Ints(stored, $"{path}.qweight", inputs, outputs / Columns));
        var zeros = Unpack(GptqTensors.Ints(stored, $"{path}.qzeros", groups, outputs / Columns));
        var scales = GptqTensors.Floats(stored, $"{path}.scales", groups, outputs);
        int[] groupOf = [.. Enumerable.Range(0, inputs).Select(i => i / width)];
        return new GroupedWeight(AwqOptions.Bits, format.GroupSize, inputs, outputs, BitPacking.Pack(values, outputs, AwqOptions.Bits), scales, zeros, groupOf);
    }

    /// <summary>[rows, columns] values -> I32 [rows, columns / 8].</summary>
    private static Tensor Pack(ReadOnlySpan<byte> values, int columns)
    {
        var words = new int[values.Length / Columns];
        for (var word = 0; word < words.Length; word++)
            for (var i = 0; i < Columns; i++)
                words[word] |= values[(word * Columns) + Order[i]] << (AwqOptions.Bits * i);
        return tensor(words, [values.Length / columns, columns / Columns]);
    }

    private static byte[] Unpack(ReadOnlySpan<int> words)
    {
        var values = new byte[words.Length * Columns];
        for (var word = 0; word < words.Length; word++)
            for (var i = 0; i < Columns; i++)
                values[(word * Columns) + Order[i]] = (byte)((words[word] >> (AwqOptions.Bits * i)) & 15);
        return values;
    }
}
