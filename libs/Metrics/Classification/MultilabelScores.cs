namespace Platform.Metrics.Classification;

/// <summary>
/// Scores of samples that carry any number of labels, as rows of 0 and 1. Differs from scikit-learn: none (<c>zero_division=0</c>).
/// </summary>
public sealed class MultilabelScores
{
    private readonly IReadOnlyList<IReadOnlyList<bool>> _predictions;
    private readonly IReadOnlyList<IReadOnlyList<bool>> _labels;

    /// <param name="predictions">[samples][labels]</param>
    /// <param name="labels">[samples][labels]</param>
    /// <exception cref="ArgumentException">The shapes differ, or there are no samples.</exception>
    public MultilabelScores(IReadOnlyList<IReadOnlyList<bool>> predictions, IReadOnlyList<IReadOnlyList<bool>> labels)
    {
        Pairs.Check(predictions.Count, labels.Count);
        var width = labels[0].Count;
        foreach (var (row, both) in predictions.Zip(labels).Index())
        {
            if (both.First.Count != width || both.Second.Count != width)
                throw new ArgumentException($"row {row} has {both.First.Count} predictions and {both.Second.Count} labels; expected {width} of each as in the first row.", nameof(predictions));
        }

        (_predictions, _labels) = (predictions, labels);
        PerLabel = [.. Enumerable.Range(0, width).Select(label => Count(predictions.Select(row => row[label]), labels.Select(row => row[label])))];
    }

    /// <summary>For <see cref="Averages"/>.</summary>
    public IReadOnlyList<ClassCounts> PerLabel { get; }

    /// <summary>The share of samples whose labels are all right.</summary>
    public double SubsetAccuracy => _predictions.Zip(_labels).Count(pair => pair.First.SequenceEqual(pair.Second)) / (double)_labels.Count;

    /// <summary>The share of single labels that are wrong.</summary>
    public double HammingLoss => _predictions.Zip(_labels).Average(pair => pair.First.Zip(pair.Second).Average(label => label.First == label.Second ? 0.0 : 1.0));

    /// <summary>The mean over samples of each sample's own precision, recall and F1.</summary>
    public PrecisionRecall Samples => Averages.Macro([.. _predictions.Zip(_labels, Count)]);

    private static ClassCounts Count(IEnumerable<bool> predictions, IEnumerable<bool> labels)
    {
        var (hits, predicted, labelled) = (0, 0, 0);
        foreach (var (prediction, label) in predictions.Zip(labels))
        {
            if (prediction && label) hits++;
            if (prediction) predicted++;
            if (label) labelled++;
        }

        return new ClassCounts(hits, predicted, labelled);
    }
}
