namespace Platform.FineTuning.Optimizers;

/// <summary>The figures of Adam and AdamW; the defaults are PyTorch's.</summary>
public sealed record AdamOptions
{
    public double Beta1 { get; init; } = 0.9;
    public double Beta2 { get; init; } = 0.999;
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Divide by the largest second moment so far (Reddi, Kale and Kumar, 2018).</summary>
    public bool AmsGrad { get; init; }

    /// <summary>Shrink the weights themselves (AdamW) instead of adding the decay to the gradient (Adam).</summary>
    public bool DecoupledDecay { get; init; }
}
