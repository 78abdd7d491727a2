namespace Platform.Metrics.Classification;

/// <summary>
/// The area under the ROC curve: the chance that a positive sample scores higher than a negative one, ties counting half
/// (Hanley and McNeil, 1982); several classes one against the rest, or each against each (Hand and Till, 2001).
/// Differs from scikit-learn's <c>roc_auc_score</c>: none.
/// </summary>
public static class RocAuc
{
    /// <exception cref="ArgumentException">The lists differ in length or hold one class only.</exception>
    public static double Binary(IReadOnlyList<double> scores, IReadOnlyList<bool> labels)
    {
        Pairs.Check(scores.Count, labels.Count);
        long positives = labels.Count(label => label), negatives = labels.Count - positives;
        if (positives == 0 || negatives == 0) throw new ArgumentException($"labels holds {positives} positive and {negatives} negative samples; the ROC curve needs both.", nameof(labels));
        var ranks = Ranks.Of(scores);
        var sum = ranks.Zip(labels).Where(pair => pair.Second).Sum(pair => pair.First);
        return (sum - (positives * (positives + 1) / 2.0)) / ((double)positives * negatives);
    }

    /// <summary>The mean area of each class against all others.</summary>
    /// <param name="probabilities">[samples][classes]</param>
    /// <param name="weighted">Classes weigh as many samples as they have.</param>
    public static double OneVersusRest(IReadOnlyList<IReadOnlyList<double>> probabilities, IReadOnlyList<int> labels, bool weighted = false)
    {
        Probabilities.Check(probabilities, labels);
        double sum = 0, weights = 0;
        for (var k = 0; k < probabilities[0].Count; k++)
        {
            bool[] isClass = [.. labels.Select(label => label == k)];
            double weight = weighted ? isClass.Count(yes => yes) : 1;
            sum += weight * Binary([.. probabilities.Select(row => row[k])], isClass);
            weights += weight;
        }

        return sum / weights;
    }

    /// <summary>The mean area over all pairs of classes, each pair seen from both sides.</summary>
    /// <inheritdoc cref="OneVersusRest"/>
    public static double OneVersusOne(IReadOnlyList<IReadOnlyList<double>> probabilities, IReadOnlyList<int> labels)
    {
        Probabilities.Check(probabilities, labels);
        List<double> areas = [];
        for (var a = 0; a < probabilities[0].Count; a++)
            for (var b = a + 1; b < probabilities[0].Count; b++)
                areas.Add((Between(a, b) + Between(b, a)) / 2);
        return areas.Average();

        double Between(int positive, int negative)
        {
            int[] rows = [.. labels.Index().Where(item => item.Item == positive || item.Item == negative).Select(item => item.Index)];
            return Binary([.. rows.Select(row => probabilities[row][positive])], [.. rows.Select(row => labels[row] == positive)]);
        }
    }
}
