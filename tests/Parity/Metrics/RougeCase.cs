using System.Globalization;
using System.Text.Json;
using Platform.Metrics.Classification;
using Platform.Metrics.Summaries;
using Platform.Metrics.Translation;

namespace Platform.Parity.Metrics;

/// <summary>ROUGE and stems against google-research's <c>rouge_score</c> and NLTK, METEOR against NLTK.</summary>
internal static class RougeCase
{
    public static void Check(JsonElement inputs, JsonElement expected, double tolerance, Mismatches mismatches)
    {
        foreach (var word in expected.GetProperty("porter").EnumerateObject()) mismatches.Check($"stem of {word.Name}", word.Value.GetString()!, PorterStemmer.Stem(word.Name));
        CheckPairs("chinese", inputs.GetProperty("chinese"), expected.GetProperty("chinese_characters"), new Rouge(RougeTokenizers.Characters), tolerance, mismatches);
        CheckPairs("chinese by words", inputs.GetProperty("chinese"), expected.GetProperty("chinese_default_tokenizer"), new Rouge(RougeTokenizers.Words), tolerance, mismatches);
        foreach (var (name, tokens) in ((string, RougeTokens)[])[("plain", RougeTokenizers.Words), ("stemmer", RougeTokenizers.Stems)])
        {
            var (rouge, golden, pairs) = (new Rouge(tokens), expected.GetProperty(name), inputs.GetProperty("pairs"));
            CheckPairs(name, pairs, golden.GetProperty("pairs"), rouge, tolerance, mismatches);
            foreach (var mean in golden.GetProperty("mean_f").EnumerateObject())
                mismatches.Near($"{name}.mean.{mean.Name}", mean.Value.GetDouble(), pairs.EnumerateArray().Average(pair => Score(rouge, mean.Name, pair).F1), tolerance);
        }
    }

    public static void CheckMeteor(JsonElement inputs, JsonElement expected, double tolerance, Mismatches mismatches)
    {
        foreach (var setting in inputs.GetProperty("settings").Of(JsonLists.Doubles))
        {
            var meteor = new Meteor { Alpha = setting[0], Beta = setting[1], Gamma = setting[2] };
            var name = string.Create(CultureInfo.InvariantCulture, $"a{setting[0]:0.0}-b{setting[1]:0.0}-g{setting[2]:0.0}");
            mismatches.Near(name, expected.GetProperty(name), inputs.GetProperty("pairs").Of(pair => meteor.Score(Text(pair, "prediction"), Text(pair, "reference"))), tolerance);
        }
    }

    private static void CheckPairs(string what, JsonElement pairs, JsonElement expected, Rouge rouge, double tolerance, Mismatches mismatches)
    {
        foreach (var (i, pair) in pairs.EnumerateArray().Index())
        {
            foreach (var entry in expected[i].EnumerateObject())
            {
                var score = Score(rouge, entry.Name, pair);
                mismatches.Near($"{what}[{i}].{entry.Name}", entry.Value, [score.Precision, score.Recall, score.F1], tolerance);
            }
        }
    }

    private static PrecisionRecall Score(Rouge rouge, string name, JsonElement pair) => name switch
    {
        "rougeL" => rouge.LongestSequence(Text(pair, "prediction"), Text(pair, "reference")),
        "rougeLsum" => rouge.SequencePerSentence(Text(pair, "prediction"), Text(pair, "reference")),
        _ => rouge.NGrams(Text(pair, "prediction"), Text(pair, "reference"), int.Parse(name["rouge".Length..], CultureInfo.InvariantCulture)),
    };

    private static string Text(JsonElement pair, string name) => pair.GetProperty(name).GetString()!;
}
