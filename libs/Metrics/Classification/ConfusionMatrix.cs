namespace Platform.Metrics.Classification;

/// <summary>
/// C[i, j]: how many samples of class i were taken for class j. Classes are every value that occurs, in ascending order.
/// Differs from scikit-learn's <c>confusion_matrix</c>: none.
/// </summary>
/// <typeparam name="TLabel">A class: a number or a name.</typeparam>
public sealed class ConfusionMatrix<TLabel> where TLabel : notnull, IComparable<TLabel>
{
    private readonly long[,] _counts;

    /// <exception cref="ArgumentException">The lists differ in length or are empty.</exception>
    public ConfusionMatrix(IReadOnlyList<TLabel> predictions, IReadOnlyList<TLabel> labels)
    {
        Pairs.Check(predictions.Count, labels.Count);
        Classes = [.. predictions.Concat(labels).Distinct().Order(typeof(TLabel) == typeof(string) ? (IComparer<TLabel>)(object)StringComparer.Ordinal : Comparer<TLabel>.Default)];
        var index = Classes.Index().ToDictionary(item => item.Item, item => item.Index);
        _counts = new long[Classes.Count, Classes.Count];
        for (var i = 0; i < labels.Count; i++) _counts[index[labels[i]], index[predictions[i]]]++;
        Samples = labels.Count;
    }

    public IReadOnlyList<TLabel> Classes { get; }

    public long Samples { get; }

    /// <summary>By positions in <see cref="Classes"/>.</summary>
    public long this[int label, int prediction] => _counts[label, prediction];

    /// <summary>How many samples are of a class.</summary>
    public long Labelled(int label) => Enumerable.Range(0, Classes.Count).Sum(prediction => _counts[label, prediction]);

    /// <summary>How many samples were taken for a class.</summary>
    public long Predicted(int prediction) => Enumerable.Range(0, Classes.Count).Sum(label => _counts[label, prediction]);

    public long Correct => Enumerable.Range(0, Classes.Count).Sum(both => _counts[both, both]);

    /// <summary>The share of samples that were taken for what they are.</summary>
    public double Accuracy => (double)Correct / Samples;

    /// <summary>Of every class, in the order of <see cref="Classes"/>.</summary>
    public IReadOnlyList<ClassCounts> PerClass => [.. Enumerable.Range(0, Classes.Count).Select(both => new ClassCounts(_counts[both, both], Predicted(both), Labelled(both)))];
}
