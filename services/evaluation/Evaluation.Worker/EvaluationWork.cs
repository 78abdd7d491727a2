using System.Globalization;
using Platform.FineTuning.Tasks;
using Platform.Protos.Evaluation.V1;
using Platform.Torch;
using Platform.Workers;
using static TorchSharp.torch;

namespace Platform.Evaluation.Worker;

/// <summary>Scores every subject on every suite. Greedy decoding and a fixed order: the same spec gives the same scorecard.</summary>
internal sealed class EvaluationWork(EvaluationSpec spec, WorkerRun run, ProgressReports progress, IReadOnlyList<SuiteRows> suites)
{
    private readonly Scorecard _scorecard = new();
    private readonly Device _device = Devices.Select("auto");

    public static async Task<EvaluationResult> RunAsync(EvaluationSpec spec, WorkerRun run, CancellationToken cancellation)
    {
        SpecCheck.Check(spec);
        List<SuiteRows> suites = [];
        for (var i = 0; i < spec.Suites.Count; i++) suites.Add(await SuiteRows.ReadAsync(spec.Suites[i], $"suites[{i}]", run, cancellation));
        await using var progress = new ProgressReports(run, spec.Subjects.Count * suites.Count);
        var work = new EvaluationWork(spec, run, progress, suites);
        await work.RunAsync(cancellation);
        return new EvaluationResult { Scorecard = work._scorecard };
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        for (var i = 0; i < spec.Subjects.Count; i++)
        {
            using var subject = await SubjectModel.LoadAsync(spec, i, run, _device, cancellation);
            for (var j = 0; j < suites.Count; j++) await ScoreAsync(spec.Subjects[i].Name, subject, suites[j], (i * suites.Count) + j, cancellation);
        }
    }

    private async Task ScoreAsync(string name, TaskModel subject, SuiteRows suite, int done, CancellationToken cancellation)
    {
        List<string> answered = [.. suite.Suite.Metrics.Except(TokenMetrics.All)];
        List<string> predicted = [.. suite.Suite.Metrics.Except(answered)];
        if (predicted.Count > 0) ScoreTokens(predicted, name, (CausalTask)subject, suite, rows => Report(done, answered.Count > 0 ? 0.3 : 1, 0, rows), cancellation);
        if (answered.Count == 0) return;

        var before = predicted.Count > 0 ? 0.3 : 0;
        var answers = TaskAnswers.To(subject, suite, spec.MaxNewTokens, rows => Report(done, 1 - before, before, rows), cancellation);
        await AnswersFile.WriteAsync(run, suite.Suite.Name, name, answers, cancellation);
        foreach (var metric in answered) Add(name, suite, metric, ScoreOf(metric, suite, answers), answers.Count);
        foreach (var answer in answers.Take(spec.Samples))
            _scorecard.Samples.Add(new Sample { Suite = suite.Suite.Name, Subject = name, Prompt = answer.Prompt, Reference = answer.Reference, Answer = answer.Text });

        void Report(int pairs, double weight, double part, int rows) =>
            progress.Report(pairs, part + (weight * rows / suite.Rows.Count), $"{suite.Suite.Name}: {name}, row {rows} of {suite.Rows.Count}");
    }

    private void ScoreTokens(IReadOnlyList<string> wanted, string name, CausalTask subject, SuiteRows suite, Action<int> report, CancellationToken cancellation)
    {
        var tokens = TokenScores.Of(subject, suite, report, cancellation);
        if (wanted.Contains(TokenMetrics.Perplexity)) Add(name, suite, TokenMetrics.Perplexity, tokens.Perplexity.Corpus, tokens.Perplexity.Tokens);
        if (wanted.Contains(TokenMetrics.TokenAccuracy)) Add(name, suite, TokenMetrics.TokenAccuracy, tokens.Accuracy.Value, tokens.Accuracy.Count);
    }

    private double ScoreOf(string metric, SuiteRows suite, IReadOnlyList<Answer> answers)
    {
        try
        {
            return AnswerScores.Of(metric, suite.Suite.Format, answers, spec.LabelNames);
        }
        catch (ArgumentException unfit)
        {
            throw new WorkerFailureException(FailureReasons.SpecInvalid, $"suite {suite.Suite.Name}: {metric}: {unfit.Message}", inner: unfit);
        }
    }

    private void Add(string subject, SuiteRows suite, string metric, double value, long count)
    {
        // An infinite score is no JSON number and no score: it means that the model's numbers overflow.
        if (!double.IsFinite(value)) throw new WorkerFailureException(FailureReasons.ModelInvalid, $"{metric} of {subject} on {suite.Suite.Name} is {value}: the model's numbers overflow.");
        _scorecard.Scores.Add(new Score { Suite = suite.Suite.Name, Subject = subject, Metric = metric, Value = value, Count = count });
        run.Log(string.Create(CultureInfo.InvariantCulture, $"{suite.Suite.Name}: {subject}: {metric} {value:g6} over {count}"));
    }
}
