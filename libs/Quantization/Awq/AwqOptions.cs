namespace Platform.Quantization.Awq;

/// <summary>How AWQ quantizes; the defaults are those of AutoAWQ. Checkpoints hold four bits.</summary>
public sealed record AwqOptions
{
    public const int Bits = 4;

    /// <summary>Inputs that share a scale; -1: all inputs of a layer.</summary>
    public int GroupSize { get; init; } = 128;

    /// <summary>Whether weights count in the search for scales and not activations alone.</summary>
    public bool DuoScaling { get; init; } = true;

    /// <summary>Whether large weights may be clipped.</summary>
    public bool Clip { get; init; } = true;

    /// <exception cref="ArgumentException">The options do not fit a layer of these sizes.</exception>
    internal void ThrowUnlessFitting(long inFeatures, long outFeatures)
    {
        if (GroupSize is not -1 and < 1) throw new ArgumentException($"group_size is {GroupSize}; it must be positive, or -1 for one group.");
        if (GroupSize > 0 && inFeatures % GroupSize != 0) throw new ArgumentException($"group_size is {GroupSize}; it does not divide the layer's {inFeatures} inputs.");
        if (inFeatures % AwqTensors.Columns != 0 || outFeatures % AwqTensors.Columns != 0) throw new ArgumentException($"the layer has {inFeatures} inputs and {outFeatures} outputs; both must be multiples of {AwqTensors.Columns} to be packed.");
    }
}
