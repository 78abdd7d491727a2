namespace Platform.Modeling.Layers;

/// <summary>The shape of an attention layer and what its family adds.</summary>
public sealed record AttentionOptions
{
    public required long HiddenSize { get; init; }
    public required long Heads { get; init; }
    public required long KeyValueHeads { get; init; }
    public required long HeadWidth { get; init; }

    public RotaryOptions Rotary { get; init; } = new();

    /// <summary>How many dimensions of a head are rotated.</summary>
    public int RotatedWidth => (int)(HeadWidth * Rotary.Fraction);

    /// <summary>Biases of the query, key and value projections.</summary>
    public bool InputBias { get; init; }

    /// <summary>A bias of the output projection.</summary>
    public bool OutputBias { get; init; }

    /// <summary>The ε of RMS norms on each head's queries and keys; null: there are none.</summary>
    public double? HeadNormEpsilon { get; init; }

    /// <summary>How many positions a query sees, itself included; null: all before it.</summary>
    public long? Window { get; init; }

    /// <summary>What multiplies the product of query and key; 1/√width if absent.</summary>
    public double? Scale { get; init; }

    /// <summary>Bounds the scores by c · tanh(s / c).</summary>
    public double? SoftCap { get; init; }

    /// <summary>Whether the weights of the head norms are stored minus one.</summary>
    public bool NormsAroundOne { get; init; }

    /// <summary>The probability of dropping a weight while training.</summary>
    public double Dropout { get; init; }
}
