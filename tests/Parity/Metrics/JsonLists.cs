using System.Text.Json;
using Platform.Metrics.Classification;

namespace Platform.Parity.Metrics;

/// <summary>Lists in a case's JSON, and the scores a case expects.</summary>
internal static class JsonLists
{
    public static List<string> Strings(this JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString()!)];

    public static List<double> Doubles(this JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];

    public static List<int> Integers(this JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetInt32())];

    public static List<T> Of<T>(this JsonElement array, Func<JsonElement, T> read) => [.. array.EnumerateArray().Select(read)];

    public static void Near(this Mismatches mismatches, string what, JsonElement expected, string name, double actual, double tolerance) =>
        mismatches.Near($"{what}.{name}", expected.GetProperty(name).GetDouble(), actual, tolerance);

    public static void Near(this Mismatches mismatches, string what, JsonElement expected, IReadOnlyList<double> actual, double tolerance)
    {
        mismatches.Check($"{what}: count", expected.GetArrayLength().ToString(), actual.Count.ToString());
        foreach (var (i, value) in actual.Index()) mismatches.Near($"{what}[{i}]", expected[i].GetDouble(), value, tolerance);
    }

    /// <param name="expected">precision, recall and f1 by name</param>
    public static void Scores(this Mismatches mismatches, string what, JsonElement expected, PrecisionRecall actual, double tolerance)
    {
        mismatches.Near(what, expected, "precision", actual.Precision, tolerance);
        mismatches.Near(what, expected, "recall", actual.Recall, tolerance);
        mismatches.Near(what, expected, "f1", actual.F1, tolerance);
    }
}
