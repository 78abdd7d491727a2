using System.Text.Json;
using Platform.Metrics;

namespace Platform.Parity.Metrics;

/// <summary>Scores of fixed predictions against the reference libraries.</summary>
public sealed class MetricsArea : IParityArea
{
    private static readonly Dictionary<string, Action<JsonElement, JsonElement, double, Mismatches>> Checks = new()
    {
        ["exact-match"] = CheckExactMatch,
        ["classification"] = ClassificationCase.Check,
        ["squad"] = SquadCase.Check,
        ["bleu-chrf-ter"] = TranslationCase.Check,
        ["rouge"] = RougeCase.Check,
        ["meteor-no-synonyms"] = RougeCase.CheckMeteor,
        ["wer-cer"] = TranscriptCase.Check,
        ["seqeval"] = EntityCase.Check,
    };

    public string Name => "metrics";

    public ParityVerdict Check(string casePath)
    {
        var description = GoldenFile.Read(casePath, "case.json");
        var name = description.GetProperty("case").GetString()!;
        var mismatches = new Mismatches();
        if (LikelihoodCases.Has(name)) LikelihoodCases.Check(name, casePath, mismatches);
        else
        {
            if (!Checks.TryGetValue(name, out var check)) throw new UnsupportedCaseException($"the library has no {name} metrics yet");
            var data = GoldenFile.Read(casePath, "data.json");
            check(data.GetProperty("inputs"), data.GetProperty("expected"), description.GetProperty("tolerance").GetDouble(), mismatches);
        }

        return mismatches.Verdict();
    }

    private static void CheckExactMatch(JsonElement inputs, JsonElement expected, double tolerance, Mismatches mismatches)
    {
        foreach (var entry in inputs.GetProperty("options").EnumerateObject())
        {
            var options = new ExactMatchOptions
            {
                IgnoreCase = Flag("ignore_case"),
                IgnorePunctuation = Flag("ignore_punctuation"),
                IgnoreNumbers = Flag("ignore_numbers"),
                RegexesToIgnore = entry.Value.TryGetProperty("regexes_to_ignore", out var patterns) ? patterns.Strings() : [],
            };
            var score = ExactMatch.Score(inputs.GetProperty("predictions").Strings(), inputs.GetProperty("references").Strings(), options);
            mismatches.Near(entry.Name, expected.GetProperty(entry.Name).GetDouble(), score, tolerance);

            bool Flag(string name) => entry.Value.TryGetProperty(name, out var flag) && flag.GetBoolean();
        }
    }
}
