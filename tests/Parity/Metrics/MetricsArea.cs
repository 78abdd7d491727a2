using System.Text.Json;
using Platform.Metrics;

namespace Platform.Parity.Metrics;

/// <summary>Scores of fixed predictions against the reference libraries.</summary>
public sealed class MetricsArea : IParityArea
{
    public string Name => "metrics";

    public ParityVerdict Check(string casePath)
    {
        var description = GoldenFile.Read(casePath, "case.json");
        var mismatches = new Mismatches();
        switch (description.GetProperty("case").GetString())
        {
            case "exact-match":
                CheckExactMatch(GoldenFile.Read(casePath, "data.json"), description.GetProperty("tolerance").GetDouble(), mismatches);
                return mismatches.Verdict();
            case var other:
                throw new UnsupportedCaseException($"the library has no {other} metrics yet");
        }
    }

    private static void CheckExactMatch(JsonElement data, double tolerance, Mismatches mismatches)
    {
        var inputs = data.GetProperty("inputs");
        foreach (var entry in inputs.GetProperty("options").EnumerateObject())
        {
            var options = new ExactMatchOptions
            {
                IgnoreCase = Flag("ignore_case"),
                IgnorePunctuation = Flag("ignore_punctuation"),
                IgnoreNumbers = Flag("ignore_numbers"),
                RegexesToIgnore = entry.Value.TryGetProperty("regexes_to_ignore", out var patterns) ? Strings(patterns) : [],
            };
            var score = ExactMatch.Score(Strings(inputs.GetProperty("predictions")), Strings(inputs.GetProperty("references")), options);
            mismatches.Near(entry.Name, data.GetProperty("expected").GetProperty(entry.Name).GetDouble(), score, tolerance);

            bool Flag(string name) => entry.Value.TryGetProperty(name, out var flag) && flag.GetBoolean();
        }
    }

    private static List<string> Strings(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString()!)];
}
