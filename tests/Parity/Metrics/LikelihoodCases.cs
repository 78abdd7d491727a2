using System.Text.Json;
using Platform.FineTuning.Likelihoods;
using Platform.Metrics;
using Platform.Metrics.Likelihoods;
using Platform.Modeling;
using Platform.Parity.Tensors;
using static TorchSharp.torch;

namespace Platform.Parity.Metrics;

/// <summary>Perplexity and multiple choice of a tiny model against transformers and lm-evaluation-harness.</summary>
internal static class LikelihoodCases
{
    private const double Relative = 1e-5;

    public static bool Has(string name) => name is "perplexity" or "multiple-choice";

    public static void Check(string name, string folder, Mismatches mismatches)
    {
        using var golden = new GoldenCase(folder);
        using var model = (CausalLanguageModel)PretrainedModel.Load(folder, CPU, new LoadOptions { Dtype = ScalarType.Float32 });
        var json = GoldenFile.Read(folder, "case.json");
        if (name == "perplexity")
        {
            CheckPerplexity(golden, model, json, mismatches);
            return;
        }

        CheckChoices(golden, model, json, mismatches);
        CheckRolling(golden, model, json, mismatches);
    }

    private static void CheckPerplexity(GoldenCase golden, CausalLanguageModel model, JsonElement json, Mismatches mismatches)
    {
        var tolerance = json.GetProperty("tolerance").GetProperty("relative").GetDouble();
        var (ids, mask) = (Numbers(golden, "input_ids"), Numbers(golden, "attention_mask"));
        var width = ids.Length / Numbers(golden, "bos.perplexities").Length;
        var rows = ids.Zip(mask).Chunk(width).Select(row => row.Where(pair => pair.Second != 0).Select(pair => (int)pair.First).ToArray()).ToList();
        foreach (var (name, requests) in ((string, List<TokenRequest>)[])
        [
            ("bos", rows.ConvertAll(row => new TokenRequest([json.GetProperty("bos").GetInt32()], row))),
            ("nobos", rows.ConvertAll(row => new TokenRequest(row[..1], row[1..]))),
        ])
        {
            var perplexity = new Perplexity();
            var scores = ContinuationLikelihood.Of(model, requests, int.MaxValue - 1);
            foreach (var (score, request) in scores.Zip(requests)) perplexity.Add(-score.LogLikelihood, request.Continuation.Count);
            var expected = Numbers(golden, $"{name}.perplexities");
            for (var i = 0; i < expected.Length; i++) mismatches.Near($"{name}.perplexities[{i}]", expected[i], Math.Exp(-scores[i].LogLikelihood / requests[i].Continuation.Count), tolerance);
            mismatches.Near($"{name}.mean", Numbers(golden, $"{name}.mean").Single(), perplexity.MeanOfRows, tolerance);
            mismatches.Near($"{name}.corpus", Numbers(golden, $"{name}.corpus").Single(), perplexity.Corpus, tolerance);
        }
    }

    private static void CheckChoices(GoldenCase golden, CausalLanguageModel model, JsonElement json, Mismatches mismatches)
    {
        var requests = json.GetProperty("requests").Of(pair => new TokenRequest(pair[0].Integers(), pair[1].Integers()));
        var scores = ContinuationLikelihood.Of(model, requests, json.GetProperty("max_length").GetInt32(), batchSize: 5);
        var tolerance = json.GetProperty("tolerance").GetProperty("loglikelihood").GetDouble();
        foreach (var (i, expected) in Numbers(golden, "loglikelihood").Index()) mismatches.Near($"loglikelihood[{i}]", expected, scores[i].LogLikelihood, tolerance);
        mismatches.Check("is_greedy", string.Join(' ', Numbers(golden, "is_greedy")), string.Join(' ', scores.Select(score => score.IsGreedy ? 1.0 : 0.0)));

        List<(IReadOnlyList<Choice> Choices, int Right)> questions = [];
        var next = 0;
        foreach (var question in json.GetProperty("questions").EnumerateArray())
        {
            var choices = question.GetProperty("choices").Of(text => new Choice(text.GetString()!, scores[next].LogLikelihood, requests[next++].Continuation.Count));
            questions.Add((choices, question.GetProperty("gold").GetInt32()));
        }

        var predicted = questions.SelectMany(question => (double[])[.. MultipleChoice.Norms.Select(norm => (double)MultipleChoice.Pick(question.Choices, norm)), question.Right]);
        mismatches.Check("predicted", string.Join(' ', Numbers(golden, "predicted")), string.Join(' ', predicted));
        foreach (var norm in MultipleChoice.Norms) mismatches.Near("accuracy", json.GetProperty("accuracy"), norm, MultipleChoice.Accuracy(questions, norm), Relative);
    }

    private static void CheckRolling(GoldenCase golden, CausalLanguageModel model, JsonElement json, Mismatches mismatches)
    {
        var length = json.GetProperty("rolling_max_length").GetInt32();
        var documents = new DocumentPerplexity();
        var expected = Numbers(golden, "rolling.loglikelihood");
        foreach (var (i, document) in json.GetProperty("rolling").EnumerateArray().Index())
        {
            List<TokenRequest> windows = [.. RollingWindows.Of(document.GetProperty("tokens").Integers(), json.GetProperty("prefix_token").GetInt32(), length)];
            var nats = ContinuationLikelihood.Of(model, windows, length).Sum(score => score.LogLikelihood);
            mismatches.Near($"rolling.loglikelihood[{i}]", expected[i], nats, Relative);
            documents.Add(document.GetProperty("text").GetString()!, nats);
        }

        var metrics = Numbers(golden, "rolling.metrics");
        foreach (var (i, value) in ((double[])[documents.PerWord, documents.PerByte, documents.BitsPerByte]).Index()) mismatches.Near($"rolling.metrics[{i}]", metrics[i], value, Relative);
    }

    private static double[] Numbers(GoldenCase golden, string name)
    {
        using var read = golden.Read(name);
        using var doubles = read.to_type(ScalarType.Float64);
        return doubles.data<double>().ToArray();
    }
}
