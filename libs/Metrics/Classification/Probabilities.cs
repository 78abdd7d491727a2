namespace Platform.Metrics.Classification;

/// <summary>What holds for every metric of class probabilities.</summary>
internal static class Probabilities
{
    /// <exception cref="ArgumentException">The rows differ in length, or a label is no class.</exception>
    public static void Check(IReadOnlyList<IReadOnlyList<double>> probabilities, IReadOnlyList<int> labels)
    {
        Pairs.Check(probabilities.Count, labels.Count);
        var classes = probabilities[0].Count;
        for (var row = 0; row < labels.Count; row++)
        {
            if (probabilities[row].Count != classes) throw new ArgumentException($"probabilities[{row}] has {probabilities[row].Count} classes; expected {classes} as in the first row.", nameof(probabilities));
            if (labels[row] < 0 || labels[row] >= classes) throw new ArgumentException($"labels[{row}] is {labels[row]}; expected a class in 0..{classes - 1}.", nameof(labels));
        }
    }
}
