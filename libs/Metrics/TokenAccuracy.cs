namespace Platform.Metrics;

/// <summary>The share of supervised tokens that the model's most likely token equals. Accumulates over batches.</summary>
public sealed class TokenAccuracy(long ignoredLabel = -100)
{
    public long Correct { get; private set; }

    public long Count { get; private set; }

    /// <summary>Between 0 and 1; NaN before any token was counted.</summary>
    public double Value => Count == 0 ? double.NaN : (double)Correct / Count;

    /// <summary>Adds tokens; predictions and labels are aligned (for a causal model: predictions[i] is made from the token before labels[i]).</summary>
    public void Add(ReadOnlySpan<long> predictions, ReadOnlySpan<long> labels)
    {
        if (predictions.Length != labels.Length) throw new ArgumentException($"there are {predictions.Length} predictions and {labels.Length} labels; expected as many of each.");
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] == ignoredLabel) continue;
            Count++;
            if (predictions[i] == labels[i]) Correct++;
        }
    }
}
