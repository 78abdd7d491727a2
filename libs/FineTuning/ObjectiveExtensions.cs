namespace Platform.FineTuning;

/// <summary>Measures whole datasets.</summary>
public static class ObjectiveExtensions
{
    /// <summary>The mean loss over all rows, each token, text or pair counting once; null without rows.</summary>
    public static double? MeanLoss(this IObjective objective, int batchSize, CancellationToken stop = default)
    {
        if (objective.RowCount == 0) return null;
        var (sum, count) = objective.TotalLoss(batchSize, stop);
        return sum / Math.Max(1, count);
    }

    /// <summary>The loss summed over all rows, and what it would be divided by.</summary>
    public static (double Sum, long Count) TotalLoss(this IObjective objective, int batchSize, CancellationToken stop = default)
    {
        var (loss, count) = (0.0, 0L);
        foreach (var rows in Enumerable.Range(0, objective.RowCount).OrderBy(row => objective.Count([row])).Chunk(batchSize)) // alike: less padding
        {
            stop.ThrowIfCancellationRequested();
            var part = objective.Measure(rows);
            using var sum = part.Sum;
            loss += sum.item<float>();
            count += part.Count;
        }

        return (loss, count);
    }
}
