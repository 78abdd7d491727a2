using System.Globalization;
using System.Text.Json;
using Platform.Metrics.Translation;

namespace Platform.Parity.Metrics;

/// <summary>BLEU, chrF and TER against sacrebleu, smoothed BLEU against NLTK.</summary>
internal static class TranslationCase
{
    public static void Check(JsonElement inputs, JsonElement expected, double tolerance, Mismatches mismatches)
    {
        var texts = ((string[])["en", "zh"]).ToDictionary(language => language, language => new Texts(inputs.GetProperty(language)));
        Each("tokenized", (text, setting, golden, what) => mismatches.Check(what, golden, text.Hypotheses.Select(BleuTokenizers.Named(setting))));
        Each("corpus", (text, setting, golden, what) => CheckCorpus(text, setting, golden, what, tolerance, mismatches));
        Each("sentence", (text, setting, golden, what) =>
        {
            var parts = setting.Split('-', 2);
            var bleu = new Bleu { Tokenizer = parts[0], Smoothing = Smoothing(parts[1]) };
            mismatches.Near(what, golden, text.Each((hypothesis, references) => bleu.Sentence(hypothesis, references).Score), tolerance);
        });
        Each("chrf", (text, setting, golden, what) =>
        {
            var chrf = ChrfOf(setting);
            mismatches.Near(what, golden, "corpus", chrf.Corpus(text.Hypotheses, text.References), tolerance);
            mismatches.Near(what, golden.GetProperty("sentences"), text.Each(chrf.Sentence), tolerance);
        });
        Each("ter", (text, setting, golden, what) =>
        {
            var ter = new Ter { Normalize = setting != "ter", SplitAsian = setting == "ter-asian" };
            mismatches.Near(what, golden, "corpus", ter.Corpus(text.Hypotheses, text.References), tolerance);
            mismatches.Near(what, golden.GetProperty("sentences"), text.Each(ter.Sentence), tolerance);
        });
        Each("nltk", (text, setting, golden, what) =>
        {
            var bleu = new SmoothedBleu(setting[^1] - '0');
            if (setting.StartsWith("corpus", StringComparison.Ordinal)) mismatches.Near(what, golden.GetDouble(), bleu.Corpus([.. text.Hypotheses.Select(text.Split)], [.. text.References.Select(its => its.ConvertAll(text.Split))]), tolerance);
            else mismatches.Near(what, golden, text.Each((hypothesis, references) => bleu.Sentence(text.Split(hypothesis), [.. references.Select(text.Split)])), tolerance);
        });

        void Each(string section, Action<Texts, string, JsonElement, string> check)
        {
            foreach (var entry in expected.GetProperty(section).EnumerateObject())
                mismatches.Try($"{section}.{entry.Name}", () => check(texts[entry.Name[..2]], entry.Name[3..], entry.Value, $"{section}.{entry.Name}"));
        }
    }

    private static void CheckCorpus(Texts text, string setting, JsonElement golden, string what, double tolerance, Mismatches mismatches)
    {
        var (tokenizer, rest) = (setting[..setting.IndexOf('-')], setting[(setting.IndexOf('-') + 1)..]);
        var bleu = rest switch
        {
            "lowercase" => new Bleu { Tokenizer = tokenizer, LowerCase = true },
            "order2" => new Bleu { Tokenizer = tokenizer, Order = 2 },
            "one-reference" => new Bleu { Tokenizer = tokenizer },
            _ => new Bleu { Tokenizer = tokenizer, Smoothing = Smoothing(rest) },
        };
        var score = bleu.Corpus(text.Hypotheses, rest == "one-reference" ? text.References.ConvertAll(its => its[..1]) : text.References);
        mismatches.Near(what, golden, "score", score.Score, tolerance);
        if (!golden.TryGetProperty("counts", out var counts)) return;
        mismatches.Near($"{what}.counts", counts, score.Counts.Matches, tolerance);
        mismatches.Near($"{what}.totals", golden.GetProperty("totals"), score.Counts.Totals, tolerance);
        mismatches.Near($"{what}.precisions", golden.GetProperty("precisions"), score.Precisions, tolerance);
        mismatches.Near(what, golden, "bp", score.Counts.BrevityPenalty, tolerance);
        mismatches.Near(what, golden, "sys_len", score.Counts.HypothesisLength, tolerance);
        mismatches.Near(what, golden, "ref_len", score.Counts.ReferenceLength, tolerance);
    }

    // "floor", or "floor-0.1" with its value
    private static BleuSmoothing Smoothing(string text)
    {
        var dash = text.LastIndexOf('-');
        return dash > 0 && double.TryParse(text[(dash + 1)..], CultureInfo.InvariantCulture, out var value) ? BleuSmoothing.Named(text[..dash], value) : BleuSmoothing.Named(text);
    }

    private static Chrf ChrfOf(string name) => name switch
    {
        "chrF2" => new Chrf(),
        "chrF2++" => new Chrf { WordOrder = 2 },
        "chrF1" => new Chrf { Beta = 1 },
        "chrF-whitespace" => new Chrf { KeepsSpace = true },
        "chrF-order4-lower" => new Chrf { CharacterOrder = 4, LowerCase = true },
        "chrF-eps" => new Chrf { CountsEmptyOrders = true },
        _ => throw new UnsupportedCaseException($"no setting {name}"),
    };

    /// <summary>Hypotheses with the references of each.</summary>
    private sealed class Texts
    {
        private readonly bool _byCharacters;

        public Texts(JsonElement input)
        {
            Hypotheses = input.GetProperty("hypotheses").Strings();
            var streams = input.GetProperty("references").Of(JsonLists.Strings);
            References = [.. Hypotheses.Select((_, i) => streams.ConvertAll(stream => stream[i]))];
            _byCharacters = !Hypotheses[0].Contains(' ');
        }

        public List<string> Hypotheses { get; }

        public List<List<string>> References { get; }

        public List<double> Each(Func<string, IReadOnlyList<string>, double> score) => [.. Hypotheses.Zip(References, (hypothesis, references) => score(hypothesis, references))];

        public string[] Split(string text) => _byCharacters ? [.. text.EnumerateRunes().Select(rune => rune.ToString())] : text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
