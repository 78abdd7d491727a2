namespace Platform.Quantization.Gptq;

/// <summary>How GPTQ quantizes; the defaults are those of AutoGPTQ.</summary>
public sealed record GptqOptions
{
    /// <summary>2, 3, 4 or 8.</summary>
    public int Bits { get; init; } = 4;

    /// <summary>Inputs that share a scale; -1: all inputs of a layer.</summary>
    public int GroupSize { get; init; } = 128;

    /// <summary>Added to the Hessian's diagonal, as a share of its mean.</summary>
    public double Damping { get; init; } = 0.01;

    /// <summary>Whether inputs are quantized in the order of their importance (<c>desc_act</c>).</summary>
    public bool ActivationOrder { get; init; }

    /// <summary>Whether all scales are set before the first input is quantized.</summary>
    public bool StaticGroups { get; init; }

    /// <summary>Whether the zero point is the middle of the range.</summary>
    public bool Symmetric { get; init; } = true;

    /// <summary>Whether a layer is calibrated on what the layers before it in the same block give once they are quantized.</summary>
    public bool TrueSequential { get; init; } = true;

    /// <summary>Inputs whose corrections are applied at once; it changes the speed, and with groups a little the scales.</summary>
    public int BlockSize { get; init; } = 128;

    /// <summary>Every fault of these options, worded for the one who wrote them.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (Bits is not (2 or 3 or 4 or 8)) problems.Add($"bits is {Bits}; it must be 2, 3, 4 or 8.");
        if (GroupSize is not -1 and < 1) problems.Add($"group_size is {GroupSize}; it must be positive, or -1 for one group.");
        if (Damping is not (> 0 and < 1)) problems.Add($"damp_percent is {Damping}; it must lie between 0 and 1.");
        if (BlockSize < 1) problems.Add($"The block size is {BlockSize}; it must be positive.");
        return problems;
    }

    /// <exception cref="ArgumentException">The options are invalid, or do not fit a layer of these sizes.</exception>
    /// <param name="outFeatures">Of a layer that is to be written: zero points are packed along its outputs.</param>
    internal void ThrowUnlessFitting(long inFeatures, long? outFeatures = null)
    {
        var problems = Problems().ToList();
        if (GroupSize > 0 && inFeatures % GroupSize != 0) problems.Add($"group_size is {GroupSize}; it does not divide the layer's {inFeatures} inputs.");
        var multiple = Bits == 3 ? 32 : 32 / Math.Max(1, Bits);
        if (inFeatures % multiple != 0) problems.Add($"bits is {Bits}; the layer has {inFeatures} inputs, which must be a multiple of {multiple} to fill 32-bit words.");
        if (outFeatures % multiple > 0) problems.Add($"bits is {Bits}; the layer has {outFeatures} outputs, which must be a multiple of {multiple} to fill 32-bit words.");
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems));
    }
}
