using System.Globalization;
using System.Text.Json;
using Platform.Metrics.Classification;
using Platform.Metrics.Regression;

namespace Platform.Parity.Metrics;

/// <summary>Classes, labels and numbers against scikit-learn and scipy.</summary>
internal static class ClassificationCase
{
    public static void Check(JsonElement inputs, JsonElement expected, double tolerance, Mismatches mismatches)
    {
        foreach (var kind in expected.EnumerateObject())
        {
            var input = inputs.GetProperty(kind.Name);
            foreach (var entry in kind.Value.EnumerateObject())
            {
                var what = $"{kind.Name}.{entry.Name}";
                if (kind.Name == "multilabel") CheckLabels(input, entry, what, tolerance, mismatches);
                else if (kind.Name == "regression") mismatches.Near(what, entry.Value.GetDouble(), OfNumbers(entry.Name, input), tolerance);
                else CheckClasses(input, entry, what, tolerance, mismatches);
            }
        }
    }

    private static void CheckClasses(JsonElement input, JsonProperty entry, string what, double tolerance, Mismatches mismatches)
    {
        var labels = input.GetProperty("labels").Integers();
        var matrix = new ConfusionMatrix<int>(input.GetProperty("predictions").Integers(), labels);
        var positive = matrix.Classes.Contains(1) ? matrix.PerClass[matrix.Classes.ToList().IndexOf(1)] : default;
        switch (entry.Name)
        {
            case "confusion":
                var rows = Enumerable.Range(0, matrix.Classes.Count).Select(label => Enumerable.Range(0, matrix.Classes.Count).Select(prediction => matrix[label, prediction]));
                mismatches.Check(what, entry.Value, rows);
                break;
            case "binary":
                mismatches.Scores(what, entry.Value, positive.Scores, tolerance);
                break;
            case "micro" or "macro" or "weighted":
                mismatches.Scores(what, entry.Value, Average(entry.Name, matrix.PerClass), tolerance);
                break;
            case "per_class":
                mismatches.Near($"{what}.precision", entry.Value.GetProperty("precision"), [.. matrix.PerClass.Select(counts => counts.Precision)], tolerance);
                mismatches.Near($"{what}.recall", entry.Value.GetProperty("recall"), [.. matrix.PerClass.Select(counts => counts.Recall)], tolerance);
                mismatches.Near($"{what}.f1", entry.Value.GetProperty("f1"), [.. matrix.PerClass.Select(counts => counts.F1)], tolerance);
                mismatches.Near($"{what}.support", entry.Value.GetProperty("support"), [.. matrix.PerClass.Select(counts => (double)counts.Labelled)], tolerance);
                break;
            default:
                var actual = entry.Name.StartsWith("fbeta_", StringComparison.Ordinal) ? positive.FBeta(double.Parse(entry.Name[6..], CultureInfo.InvariantCulture)) : OfClasses(entry.Name, matrix, input, labels);
                mismatches.Near(what, entry.Value.GetDouble(), actual, tolerance);
                break;
        }
    }

    private static double OfClasses(string name, ConfusionMatrix<int> matrix, JsonElement input, List<int> labels)
    {
        List<bool> Positive() => [.. labels.Select(label => label == 1)];
        List<double> Scores() => input.GetProperty("scores").Doubles();
        List<List<double>> Probabilities() => input.GetProperty("probabilities").Of(JsonLists.Doubles);
        return name switch
        {
            "accuracy" => matrix.Accuracy,
            "matthews" => MatthewsCorrelation.Of(matrix),
            "balanced_accuracy" => BalancedAccuracy.Of(matrix),
            "cohen_kappa" => CohenKappa.Of(matrix),
            "roc_auc" => RocAuc.Binary(Scores(), Positive()),
            "average_precision" => AveragePrecision.Of(Scores(), Positive()),
            "log_loss" => ProbabilityErrors.LogLoss(Scores(), Positive()),
            "brier" => ProbabilityErrors.Brier(Scores(), Positive()),
            "top2_accuracy" => ProbabilityErrors.TopAccuracy(Probabilities(), labels, 2),
            "roc_auc_ovr_macro" => RocAuc.OneVersusRest(Probabilities(), labels),
            "roc_auc_ovr_weighted" => RocAuc.OneVersusRest(Probabilities(), labels, weighted: true),
            "roc_auc_ovo_macro" => RocAuc.OneVersusOne(Probabilities(), labels),
            _ => throw new UnsupportedCaseException($"the library has no {name}"),
        };
    }

    private static void CheckLabels(JsonElement input, JsonProperty entry, string what, double tolerance, Mismatches mismatches)
    {
        var scores = new MultilabelScores(Rows("predictions"), Rows("labels"));
        if (entry.Name == "subset_accuracy") mismatches.Near(what, entry.Value.GetDouble(), scores.SubsetAccuracy, tolerance);
        else if (entry.Name == "hamming_loss") mismatches.Near(what, entry.Value.GetDouble(), scores.HammingLoss, tolerance);
        else mismatches.Scores(what, entry.Value, entry.Name == "samples" ? scores.Samples : Average(entry.Name, scores.PerLabel), tolerance);

        List<List<bool>> Rows(string name) => input.GetProperty(name).Of(row => row.Of(flag => flag.GetInt32() == 1));
    }

    private static PrecisionRecall Average(string name, IReadOnlyList<ClassCounts> classes) => name switch
    {
        "micro" => Averages.Micro(classes),
        "macro" => Averages.Macro(classes),
        _ => Averages.Weighted(classes),
    };

    private static double OfNumbers(string name, JsonElement input)
    {
        var (x, y) = (input.GetProperty("predictions").Doubles(), input.GetProperty("labels").Doubles());
        return name switch
        {
            "pearson" => Correlation.Pearson(x, y),
            "spearman" => Correlation.Spearman(x, y),
            "pearson_pvalue" => Correlation.PValue(Correlation.Pearson(x, y), x.Count),
            "spearman_pvalue" => Correlation.PValue(Correlation.Spearman(x, y), x.Count),
            "mse" => RegressionErrors.MeanSquared(x, y),
            "rmse" => Math.Sqrt(RegressionErrors.MeanSquared(x, y)),
            "mae" => RegressionErrors.MeanAbsolute(x, y),
            "r2" => RegressionErrors.RSquared(x, y),
            _ => throw new UnsupportedCaseException($"the library has no {name}"),
        };
    }
}
