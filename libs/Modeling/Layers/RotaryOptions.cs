namespace Platform.Modeling.Layers;

/// <summary>How positions turn into rotations. Figures that a kind does not use are ignored.</summary>
public sealed record RotaryOptions
{
    public const string Default = "default";
    public const string Linear = "linear";
    public const string Dynamic = "dynamic";
    public const string Llama3 = "llama3";
    public const string Yarn = "yarn";
    public const string LongRope = "longrope";

    public static readonly IReadOnlyList<string> Kinds = [Default, Linear, Dynamic, Llama3, Yarn, LongRope];

    public string Kind { get; init; } = Default;

    /// <summary>The base of the geometric sequence of wave lengths.</summary>
    public double Theta { get; init; } = 10_000;

    /// <summary>The part of each head that is rotated, its first dimensions.</summary>
    public double Fraction { get; init; } = 1;

    /// <summary>Whether dimension 2 i is paired with 2 i + 1, and not i with i + width / 2.</summary>
    public bool Interleaved { get; init; }

    public double Factor { get; init; } = 1;

    /// <summary>The longest input in pre-training, before any scaling.</summary>
    public long OriginalMaxPositions { get; init; } = 2048;

    /// <summary>llama3: wave lengths above original / low are divided by the factor, those below original / high are kept.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>yarn: dimensions that turn more than fast times over the original length are kept, fewer than slow are divided.</summary>
    public double BetaFast { get; init; } = 32;

    public double BetaSlow { get; init; } = 1;

    /// <summary>yarn: whether the borders are rounded to whole dimensions.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>yarn, longrope: multiplies cos and sin; computed from the factor if absent.</summary>
    public double? AttentionFactor { get; init; }

    public double? MScale { get; init; }

    public double? MScaleAllDimensions { get; init; }

    /// <summary>longrope: a divisor per dimension pair, up to the original length and beyond it.</summary>
    public double[]? ShortFactors { get; init; }

    public double[]? LongFactors { get; init; }

    /// <summary>Whether the frequencies depend on the length of the input.</summary>
    public bool DependsOnLength => Kind is Dynamic or LongRope;
}
