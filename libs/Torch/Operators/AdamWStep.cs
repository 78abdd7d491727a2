namespace Platform.Torch.Operators;

/// <summary>The figures of one AdamW step.</summary>
public sealed record AdamWStep
{
    public required double LearningRate { get; init; }
    public double Beta1 { get; init; } = 0.9;
    public double Beta2 { get; init; } = 0.999;
    public double Epsilon { get; init; } = 1e-8;
    public double WeightDecay { get; init; }
}
