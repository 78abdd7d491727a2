namespace Platform.FineTuning.Optimizers;

/// <summary>Which optimizer moves the parameters, and its figures; a figure that is null is the optimizer's own.</summary>
public sealed record OptimizerOptions
{
    /// <summary>A name in <see cref="OptimizerCatalog"/>.</summary>
    public string Name { get; init; } = "adamw";

    public double? Beta1 { get; init; }

    public double? Beta2 { get; init; }

    public double? Epsilon { get; init; }

    /// <summary>Of sgd and rmsprop.</summary>
    public double? Momentum { get; init; }

    /// <summary>The rank that galore-adamw projects gradients to.</summary>
    public int? Rank { get; init; }

    /// <summary>LoRA+: what the learning rate of lora_B is multiplied by; null: like all others.</summary>
    public double? LoraPlusRatio { get; init; }

    /// <summary>LoRA+: the learning rate of adapters of embeddings.</summary>
    public double LoraPlusEmbeddingLearningRate { get; init; } = 1e-6;

    /// <summary>All that is wrong, each with the value and the allowed range.</summary>
    public IEnumerable<string> Problems()
    {
        if (!OptimizerCatalog.Names.Contains(Name))
        {
            yield return $"optimizer is '{Name}'; expected one of {string.Join(", ", OptimizerCatalog.Names)}.";
            yield break;
        }

        foreach (var (field, given) in Given().Where(item => item.Value is not null))
        {
            if (!OptimizerCatalog.FiguresOf(Name).Contains(field)) yield return $"{field} is {given}, but the optimizer {Name} has no such figure; remove it, or choose another optimizer.";
        }

        if (Beta1 is not (null or (>= 0 and < 1))) yield return $"beta1 is {Beta1}; it must lie in 0..1, without 1.";
        if (Beta2 is not (null or (>= 0 and < 1))) yield return $"beta2 is {Beta2}; it must lie in 0..1, without 1.";
        if (Epsilon is not (null or (> 0 and <= 1))) yield return $"epsilon is {Epsilon}; it must lie in 0..1, without 0.";
        if (Momentum is not (null or (>= 0 and < 1))) yield return $"momentum is {Momentum}; it must lie in 0..1, without 1.";
        if (Rank is not (null or (>= 1 and <= 65536))) yield return $"galoreRank is {Rank}; it must lie in 1..65536.";
        if (LoraPlusRatio is not (null or (>= 1 and <= 1000))) yield return $"loraPlusRatio is {LoraPlusRatio}; it must lie in 1..1000.";
        if (LoraPlusEmbeddingLearningRate is not (> 0 and <= 10)) yield return $"loraPlusEmbeddingLearningRate is {LoraPlusEmbeddingLearningRate}; it must lie in 0..10, without 0.";
    }

    private IEnumerable<(string Field, double? Value)> Given() =>
        [("beta1", Beta1), ("beta2", Beta2), ("epsilon", Epsilon), ("momentum", Momentum), ("galoreRank", Rank)];
}
