using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Rendering;
using Platform.Protos.Evaluation.V1;

namespace Platform.FineTune.Operator.Phases;

/// <summary>Has the tuned model, its quantized forms and, if asked, the base model measured by a Job.</summary>
public sealed class EvaluatePhase(StageRunner runner, StageResults results, EvaluationService.EvaluationServiceClient evaluation, TimeProvider time) : IPhase
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public Stage Stage => Stage.Evaluate;

    public async Task<Outcome> RunAsync(JobRun run, CancellationToken cancellation)
    {
        if (run.Job.Spec.Evaluate is null)
        {
            run.Status = run.Status with { Scores = null };
            run.Holds(Conditions.Evaluated, Reasons.NotRequested, "spec.evaluate is absent.");
            return Outcome.Completed;
        }

        var spec = EvaluationSpecs.Of(run);
        var result = await results.ReadAsync<EvaluationResult>(spec.OutputUri, cancellation);
        if (result?.SpecDigest != spec.SpecDigest) result = null;
        if (result?.Scorecard is { } scorecard)
        {
            if (!run.HeldBefore(Stage.Condition)) await CompleteAsync(result, cancellation);
            Succeed(run, scorecard);
            run.SettledJobs.Add(StageNames.Of(run.Job, Stage, spec.SpecDigest));
            return Outcome.Completed;
        }

        var outcome = await runner.RunAsync(run, new(
            Stage, spec.SpecDigest, JsonFormatter.Default.Format(spec), result?.Failure,
            async token => await evaluation.StartRunAsync(new() { Spec = spec, Job = run.Job.Path }, deadline: Deadline(), cancellationToken: token),
            (failure, token) => CompleteAsync(new() { RunId = spec.RunId, SpecDigest = spec.SpecDigest, Failure = failure }, token)), cancellation);
        if (outcome is Outcome.Waiting) await ProgressAsync(run, spec, cancellation);
        return outcome;
    }

    private static void Succeed(JobRun run, Scorecard scorecard)
    {
        run.Scorecard = scorecard;
        run.Status = run.Status with { Scores = [.. scorecard.Scores.Take(256).Select(StatusOf)] };
        run.Holds(Conditions.Evaluated, Reasons.Completed, $"{scorecard.Scores.Count} scores.");
    }

    private static ScoreStatus StatusOf(Score score) => new()
    {
        Suite = score.Suite,
        Subject = score.Subject,
        Metric = score.Metric,
        Value = score.Value.ToString("0.####", CultureInfo.InvariantCulture),
    };

    private async Task CompleteAsync(EvaluationResult result, CancellationToken cancellation) =>
        await evaluation.CompleteRunAsync(new() { Result = result }, deadline: Deadline(), cancellationToken: cancellation);

    private async Task ProgressAsync(JobRun run, EvaluationSpec spec, CancellationToken cancellation)
    {
        try
        {
            var known = await evaluation.GetRunAsync(new() { RunId = spec.RunId }, deadline: Deadline(), cancellationToken: cancellation);
            if (known.SpecDigest == spec.SpecDigest) run.Status = run.Status with { Progress = StageProgress.Of(run.Status.Progress, known.Percent, known.Activity) };
        }
        catch (RpcException)
        {
            // The last known progress stays; the next look asks again.
        }
    }

    private DateTime Deadline() => time.GetUtcNow().UtcDateTime + Patience;
}
