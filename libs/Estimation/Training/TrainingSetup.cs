namespace Platform.Estimation.Training;

/// <summary>What decides, beside the model, how much memory training takes.</summary>
public sealed record TrainingSetup
{
    /// <summary>Texts that go through the model together.</summary>
    public required long Rows { get; init; }

    /// <summary>Tokens of the longest of them.</summary>
    public required long Positions { get; init; }

    /// <summary>The layers with adapters; null: every weight is trained.</summary>
    public AdapterSetup? Adapter { get; init; }

    /// <summary>Bytes of a weight and of an activation: 4, or 2 in sixteen bits.</summary>
    public int ValueBytes { get; init; } = 4;

    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    public KeptBlocks Kept { get; init; } = KeptBlocks.All;

    /// <summary>Whether a block's parameters move as soon as its gradients are there, and these go.</summary>
    public bool MovesInBackward { get; init; }

    /// <summary>Whether gradients of earlier micro-batches lie there while a micro-batch runs.</summary>
    public bool AccumulatesGradients { get; init; }

    /// <summary>Whether a second copy of the trained weights is averaged over the steps.</summary>
    public bool Averages { get; init; }

    public long Tokens => checked(Rows * Positions);
}

/// <summary>Of which blocks the forward pass keeps what the backward pass needs; the others run again.</summary>
public enum KeptBlocks
{
    All,
    LaterHalf,
    Last,
}

/// <summary>How many bytes an optimizer remembers of each parameter.</summary>
public enum OptimizerKind
{
    /// <summary>Nothing.</summary>
    Sgd,

    /// <summary>A momentum: SGD with momentum, Lion.</summary>
    OneMoment,

    /// <summary>Two moments: Adam, AdamW.</summary>
    AdamW,

    /// <summary>Two moments of a byte each, with a float32 for each block of 256.</summary>
    AdamW8Bit,

    /// <summary>Means over rows and columns.</summary>
    Adafactor,
}
