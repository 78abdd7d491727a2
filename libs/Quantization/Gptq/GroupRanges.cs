using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Quantization.Gptq;

/// <summary>The scales of a layer while GPTQ runs: one for the whole row, set at the start, or set when a group's first input comes.</summary>
internal sealed class GroupRanges(int outputs, int inputs, GptqOptions options)
{
    private readonly int _width = GroupedWeight.GroupWidth(inputs, options.GroupSize);
    private readonly IntegerRange[] _ranges = new IntegerRange[outputs * (inputs / GroupedWeight.GroupWidth(inputs, options.GroupSize))];

    private bool IsWhole => options.GroupSize == -1;

    private int Count => inputs / _width;

    /// <summary>The largest integer.</summary>
    public int Levels { get; } = (1 << options.Bits) - 1;

    public void SetWhole(ReadOnlySpan<float> weights)
    {
        if (IsWhole) SetAll(weights);
    }

    public void SetStatic(ReadOnlySpan<float> weights)
    {
        if (!IsWhole && options.StaticGroups) SetAll(weights);
    }

    /// <summary>The range for an input; the first one of a group sets it from the row's present weights.</summary>
    /// <param name="position">Its place in the order of processing.</param>
    /// <param name="input">Its place in the layer.</param>
    /// <param name="weights">The row in the order of processing.</param>
    public IntegerRange At(int row, int position, int input, ReadOnlySpan<float> weights)
    {
        var group = (options.StaticGroups ? input : position) / _width;
        ref var range = ref _ranges[(row * Count) + group];
        if (!IsWhole && !options.StaticGroups && position % _width == 0) range = IntegerRange.Of(weights.Slice(position, _width), options.Bits, options.Symmetric);
        return range;
    }

    /// <summary>The group of each input.</summary>
    public int[] Groups(int[] places)
    {
        var groups = new int[inputs];
        for (var position = 0; position < inputs; position++) groups[places[position]] = (options.StaticGroups ? places[position] : position) / _width;
        return groups;
    }

    /// <summary>[out, groups]</summary>
    public Tensor Scales() => tensor(_ranges.Select(range => range.Scale).ToArray(), [outputs, Count]);

    /// <summary>[out, groups]</summary>
    public Tensor Zeros() => tensor(_ranges.Select(range => range.Zero).ToArray(), [outputs, Count]);

    private void SetAll(ReadOnlySpan<float> weights)
    {
        for (var i = 0; i < _ranges.Length; i++) _ranges[i] = IntegerRange.Of(weights.Slice(i * _width, _width), options.Bits, options.Symmetric);
    }
}
