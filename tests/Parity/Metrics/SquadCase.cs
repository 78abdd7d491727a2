using System.Globalization;
using System.Text.Json;
using Platform.Metrics.Answers;

namespace Platform.Parity.Metrics;

/// <summary>SQuAD 1.1 and 2.0 against evaluate's copies of the official scripts.</summary>
internal static class SquadCase
{
    public static void Check(JsonElement inputs, JsonElement expected, double tolerance, Mismatches mismatches)
    {
        CheckV1(inputs.GetProperty("v1"), expected.GetProperty("v1"), tolerance, mismatches);
        var questions = inputs.GetProperty("v2").Of(item => new SquadQuestion(
            item.GetProperty("prediction").GetString()!, item.GetProperty("answers").Strings(), item.GetProperty("no_answer_probability").GetDouble()));
        foreach (var entry in expected.GetProperty("v2").EnumerateObject())
        {
            var scores = SquadV2.Score(questions, double.Parse(entry.Name, CultureInfo.InvariantCulture));
            CheckPart("", scores.All!);
            CheckPart("HasAns_", scores.WithAnswer!);
            CheckPart("NoAns_", scores.WithoutAnswer!);
            mismatches.Near(entry.Name, entry.Value, "best_exact", scores.BestExact, tolerance);
            mismatches.Near(entry.Name, entry.Value, "best_exact_thresh", scores.BestExactThreshold, tolerance);
            mismatches.Near(entry.Name, entry.Value, "best_f1", scores.BestF1, tolerance);
            mismatches.Near(entry.Name, entry.Value, "best_f1_thresh", scores.BestF1Threshold, tolerance);

            void CheckPart(string prefix, SquadPart part)
            {
                mismatches.Near(entry.Name, entry.Value, $"{prefix}exact", part.Exact, tolerance);
                mismatches.Near(entry.Name, entry.Value, $"{prefix}f1", part.F1, tolerance);
                mismatches.Near(entry.Name, entry.Value, $"{prefix}total", part.Total, tolerance);
            }
        }
    }

    private static void CheckV1(JsonElement questions, JsonElement expected, double tolerance, Mismatches mismatches)
    {
        var (predictions, answers) = (questions.Of(item => item.GetProperty("prediction").GetString()!), questions.Of(item => item.GetProperty("answers").Strings()));
        var (exact, f1) = SquadV1.Score(predictions, answers);
        mismatches.Near("v1", expected, "exact_match", exact, tolerance);
        mismatches.Near("v1", expected, "f1", f1, tolerance);
        foreach (var (i, question) in questions.EnumerateArray().Index())
        {
            var id = question.GetProperty("id").GetString()!;
            var golden = expected.GetProperty("per_question").GetProperty(id);
            var own = SquadV1.ScoreOne(predictions[i], answers[i]);
            mismatches.Near(id, golden, "exact", own.ExactMatch, tolerance);
            mismatches.Near(id, golden, "f1", own.F1, tolerance);
            mismatches.Check(id, golden.GetProperty("normalized_prediction").GetString()!, SquadText.Normalize(predictions[i]));
        }
    }
}
