using System.Text.Json;
using Platform.Metrics.Classification;
using Platform.Metrics.Sequences;

namespace Platform.Parity.Metrics;

/// <summary>Entities and their scores against seqeval.</summary>
internal static class EntityCase
{
    public static void Check(JsonElement inputs, JsonElement expected, double tolerance, Mismatches mismatches)
    {
        foreach (var entry in expected.EnumerateObject())
        {
            var input = inputs.GetProperty(entry.Name);
            var (predictions, references) = (input.GetProperty("predictions").Of(JsonLists.Strings), input.GetProperty("references").Of(JsonLists.Strings));
            var scores = new EntityScores(predictions, references, TagScheme.Named("lenient"));
            mismatches.Near(entry.Name, entry.Value, "accuracy", scores.TagAccuracy, tolerance);
            mismatches.Check($"{entry.Name}.entities_reference", entry.Value.GetProperty("entities_reference"), Listed(scores.Expected, references));
            mismatches.Check($"{entry.Name}.entities_prediction", entry.Value.GetProperty("entities_prediction"), Listed(scores.Predicted, predictions));
            CheckAverages(entry.Name, "", scores, entry.Value, tolerance, mismatches);
            mismatches.Scores($"{entry.Name}.weighted", entry.Value.GetProperty("weighted"), Averages.Weighted([.. scores.PerType.Values]), tolerance);
            foreach (var (type, counts) in scores.PerType)
            {
                var golden = entry.Value.GetProperty("report").GetProperty(type);
                mismatches.Near(type, golden, "precision", counts.Precision, tolerance);
                mismatches.Near(type, golden, "recall", counts.Recall, tolerance);
                mismatches.Near(type, golden, "f1-score", counts.F1, tolerance);
                mismatches.Near(type, golden, "support", counts.Labelled, tolerance);
            }

            CheckAverages(entry.Name, "strict_", new EntityScores(predictions, references, TagScheme.Named(input.GetProperty("strict_scheme").GetString()!)), entry.Value, tolerance, mismatches);
        }
    }

    private static void CheckAverages(string name, string prefix, EntityScores scores, JsonElement expected, double tolerance, Mismatches mismatches)
    {
        ClassCounts[] counts = [.. scores.PerType.Values];
        mismatches.Scores($"{name}.{prefix}micro", expected.GetProperty($"{prefix}micro"), Averages.Micro(counts), tolerance);
        mismatches.Scores($"{name}.{prefix}macro", expected.GetProperty($"{prefix}macro"), Averages.Macro(counts), tolerance);
    }

    // seqeval counts positions through all sentences with one 'O' between.
    private static IEnumerable<object[]> Listed(IEnumerable<Entity> entities, List<List<string>> sentences) => entities.Select(entity =>
    {
        var start = sentences.Take(entity.Sentence).Sum(sentence => sentence.Count + 1);
        return (object[])[entity.Type, start + entity.First, start + entity.Last];
    });
}
