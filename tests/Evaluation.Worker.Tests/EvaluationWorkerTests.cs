using System.Text.Json.Nodes;
using Platform.Protos.Evaluation.V1;
using Platform.Testing.Workers;

namespace Platform.Evaluation.Worker.Tests;

public sealed class EvaluationWorkerTests : IDisposable
{
    private static readonly (string Prompt, string Completion)[] Rows = [("w5 w9", " w12 w40"), ("w60", " w5"), ("w8 w7 w6 w5 w4", " w99 w100 w101")];

    private readonly EvaluationRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task EverySubjectIsScoredOnEveryMetric()
    {
        await _run.AddSubjectAsync("base", TinyModel.Base);
        await _run.AddSubjectAsync("tuned", TinyModel.Base, TinyModel.Adapter);
        await _run.AddSubjectAsync("nf4", TinyModel.Quantized);
        await _run.SetSuiteAsync(Rows, "exact_match", "token_accuracy", "perplexity");
        var scorecard = await _run.ScoreAsync("one");

        Assert.Equal(9, scorecard.Scores.Count);
        Assert.All(scorecard.Scores.Where(score => score.Metric == "perplexity"), score => Assert.True(score.Value > 1));
        Assert.All(scorecard.Scores.Where(score => score.Metric != "perplexity"), score => Assert.InRange(score.Value, 0, 1));
        Assert.NotEqual(Score(scorecard, "base", "perplexity").Value, Score(scorecard, "tuned", "perplexity").Value);

        // Six completion tokens and three ends of text.
        Assert.Equal((3, 9), (Score(scorecard, "base", "exact_match").Count, Score(scorecard, "base", "perplexity").Count));
        Assert.Equal(6, scorecard.Samples.Count);
    }

    [Fact]
    public async Task TheSameSpecGivesTheSameScorecard()
    {
        await _run.AddSubjectAsync("base", TinyModel.Base);
        await _run.SetSuiteAsync(Rows, "exact_match", "perplexity");
        Assert.Equal(await _run.ScoreAsync("one"), await _run.ScoreAsync("two"));
    }

    /// <summary>What the model answers row by row counts as right when the rows are asked together, padded on the left.</summary>
    [Fact]
    public async Task AnswersDoNotDependOnTheBatch()
    {
        await _run.AddSubjectAsync("base", TinyModel.Base);
        List<(string Prompt, string Completion)> own = [];
        foreach (var row in Rows)
        {
            await _run.SetSuiteAsync([row], "exact_match");
            var sample = Assert.Single((await _run.ScoreAsync(row.Prompt)).Samples);
            own.Add((sample.Prompt, sample.Answer));
        }

        await _run.SetSuiteAsync(own, "exact_match");
        Assert.Equal(1, Score(await _run.ScoreAsync("own"), "base", "exact_match").Value);
        var lines = (await _run.TextAsync("answers/heldout/base.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(own.Select(row => row.Completion), lines.Select(line => JsonNode.Parse(line)!["answer"]!.ToString()));
        Assert.All(lines, line => Assert.True(JsonNode.Parse(line)!["exact_match"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task AllProblemsOfASpecAreToldAtOnce()
    {
        _run.Spec.MaxNewTokens = 0;
        _run.Spec.Subjects.Add(new Subject { Name = "../escape" });
        _run.Spec.Suites.Add(new Suite { Name = "heldout", Format = "csv", Metrics = { "blue" } });
        Assert.Equal(2, (await _run.RunAsync()).Code);
        var failure = (await _run.ResultAsync()).Failure;
        Assert.Equal("SpecInvalid", failure.Reason);
        Assert.All(new[] { "max_new_tokens is 0", "subjects[0].model is missing", "'../escape'", "suites[0].rows is missing", "format is 'csv'", "'blue'" }, problem => Assert.Contains(problem, failure.Message));
    }

    private static Score Score(Scorecard scorecard, string subject, string metric) => scorecard.Scores.Single(score => score.Subject == subject && score.Metric == metric);
}
