using System.Text.Json;
using Platform.Metrics.Transcripts;

namespace Platform.Parity.Metrics;

/// <summary>Error rates of words and characters against jiwer.</summary>
internal static class TranscriptCase
{
    public static void Check(JsonElement inputs, JsonElement expected, double tolerance, Mismatches mismatches)
    {
        foreach (var entry in expected.EnumerateObject())
        {
            var input = inputs.GetProperty(entry.Name);
            var (hypotheses, references) = (input.GetProperty("hypotheses").Strings(), input.GetProperty("references").Strings());
            var (words, characters) = (ErrorRates.OfWords.Add(hypotheses, references), ErrorRates.OfCharacters.Add(hypotheses, references));
            foreach (var (name, value) in ((string, double)[])
            [
                ("wer", words.ErrorRate), ("mer", words.MatchErrorRate), ("wil", words.InformationLost), ("wip", words.InformationPreserved),
                ("hits", words.Edits.Hits), ("substitutions", words.Edits.Substitutions), ("deletions", words.Edits.Deletions),
                ("insertions", words.Edits.Insertions), ("cer", characters.ErrorRate),
            ]) mismatches.Near(entry.Name, entry.Value, name, value, tolerance);

            mismatches.Check($"{entry.Name}.cer_counts", entry.Value.GetProperty("cer_counts"), (long[])[characters.Edits.Hits, characters.Edits.Substitutions, characters.Edits.Deletions, characters.Edits.Insertions]);
            mismatches.Near($"{entry.Name}.per_sentence_wer", entry.Value.GetProperty("per_sentence_wer"), Each(ErrorRates.OfWords), tolerance);
            mismatches.Near($"{entry.Name}.per_sentence_cer", entry.Value.GetProperty("per_sentence_cer"), Each(ErrorRates.OfCharacters), tolerance);

            List<double> Each(ErrorRates rates) => [.. hypotheses.Zip(references, rates.Add).Select(edits => edits.Errors / (double)edits.Reference)];
        }
    }
}
