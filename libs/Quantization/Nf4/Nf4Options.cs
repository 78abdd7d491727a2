namespace Platform.Quantization.Nf4;

/// <summary>How weights are quantized to four bits; the defaults are QLoRA's.</summary>
public sealed record Nf4Options
{
    /// <summary><c>nf4</c> or <c>fp4</c>.</summary>
    public string QuantType { get; init; } = "nf4";

    /// <summary>Weights that share a scale.</summary>
    public int BlockSize { get; init; } = 64;

    /// <summary>Whether the scales are quantized too: 0.127 bits a weight instead of 0.5.</summary>
    public bool DoubleQuantization { get; init; } = true;

    /// <summary>Every fault of these options, worded for the one who wrote them.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (QuantType is not ("nf4" or "fp4")) problems.Add($"The 4-bit type is '{QuantType}'; it must be nf4 or fp4.");
        if (BlockSize is < 32 or > 4096 || !int.IsPow2(BlockSize)) problems.Add($"The block size is {BlockSize}; it must be a power of two in 32..4096.");
        return problems;
    }
}
