using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using k8s.Models;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Rendering;
using Platform.Protos.Training.V1;
using Platform.Protos.Workers.V1;

namespace Platform.FineTune.Operator.Phases;

/// <summary>Has the adapter or model trained by a Job, unless its result already lies in the bucket.</summary>
public sealed class TrainPhase(StageRunner runner, StageResults results, TrainingService.TrainingServiceClient training, TimeProvider time) : IPhase
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public Stage Stage => Stage.Train;

    public async Task<Outcome> RunAsync(JobRun run, CancellationToken cancellation)
    {
        var spec = TrainingSpecs.Of(run);
        var result = await results.ReadAsync<TrainingResult>(spec.OutputUri, cancellation);
        if (result?.SpecDigest != spec.SpecDigest) result = null;
        var isStarted = result is not null || run.Jobs.Any(owned => owned.Metadata.Name == StageNames.Of(run.Job, Stage, spec.SpecDigest));
        if ((!isStarted || run.Status.Estimate is null) && await EstimateAsync(run, spec, cancellation) is { } tooMuch && !isStarted) return tooMuch;
        if (result?.Checkpoint is { } checkpoint)
        {
            if (!run.HeldBefore(Stage.Condition)) await CompleteAsync(result, cancellation);
            Succeed(run, checkpoint);
            run.SettledJobs.Add(StageNames.Of(run.Job, Stage, spec.SpecDigest));
            return Outcome.Completed;
        }

        var outcome = await runner.RunAsync(run, new(
            Stage, spec.SpecDigest, JsonFormatter.Default.Format(spec), result?.Failure,
            token => StartAsync(run, spec, token),
            (failure, token) => FailAsync(spec, failure, token)), cancellation);
        if (outcome is Outcome.Waiting) await ProgressAsync(run, spec, cancellation);
        return outcome;
    }

    private static void Succeed(JobRun run, Checkpoint checkpoint)
    {
        run.Checkpoint = checkpoint;
        run.Status = run.Status with
        {
            Artifacts = (run.Status.Artifacts ?? new()) with { Checkpoint = checkpoint.Artifact().ToStatus() },
            Progress = new() { Percent = 100, Step = checkpoint.Steps, TotalSteps = checkpoint.Steps, Loss = Loss(checkpoint.FinalLoss), TokensPerSecond = Rate(checkpoint.TokensPerSecond) },
        };
        run.Holds(Conditions.Trained, Reasons.Completed, string.Create(CultureInfo.InvariantCulture,
            $"{checkpoint.Steps} steps, final loss {Loss(checkpoint.FinalLoss)}; the {(checkpoint.Model is null ? "adapter" : "model")} is {checkpoint.Artifact().Uri}."));
    }

    /// <summary>Says what training will take. A limit is refused only if it does not even hold what every step needs, however short its rows.</summary>
    private async Task<Outcome?> EstimateAsync(JobRun run, Protos.Training.V1.TrainingSpec spec, CancellationToken cancellation)
    {
        try
        {
            var estimate = await training.EstimateMemoryAsync(new() { Spec = spec }, deadline: Deadline(), cancellationToken: cancellation);
            run.Status = run.Status with
            {
                Estimate = new() { Memory = Binary(estimate.PeakBytes + estimate.ProcessBytes), Parameters = estimate.Parameters, TrainedParameters = estimate.TrainedParameters },
            };
            var least = estimate.WeightBytes + estimate.OptimizerBytes + estimate.GradientBytes + estimate.ProcessBytes;
            if (run.Job.Spec.Resources is not { GpusPerNode: 0, Memory: { } limit } || least <= new ResourceQuantity(limit).ToDecimal()) return null;
            return new Outcome.Stalled(
                Reasons.MemoryInsufficient,
                $"spec.resources.memory is {limit}; weights, gradients and optimizer alone take {Binary(least)}, the whole step up to {run.Status.Estimate.Memory}. Raise it, or train less: an adapter by spec.method, another spec.training.optimizer.");
        }
        catch (RpcException unknown) when (unknown.IsRefusal())
        {
            run.Status = run.Status with { Estimate = null };
            return null; // A family that the estimator does not know may train all the same.
        }
    }

    private static string Binary(long bytes) => bytes switch
    {
        >= 10L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0}Gi"),
        _ => $"{bytes >> 20}Mi",
    };

    private async Task StartAsync(JobRun run, Protos.Training.V1.TrainingSpec spec, CancellationToken cancellation) =>
        await training.StartRunAsync(new() { Spec = spec, Job = run.Job.Path }, deadline: Deadline(), cancellationToken: cancellation);

    private async Task CompleteAsync(TrainingResult result, CancellationToken cancellation) =>
        await training.CompleteRunAsync(new() { Result = result }, deadline: Deadline(), cancellationToken: cancellation);

    private Task FailAsync(Protos.Training.V1.TrainingSpec spec, WorkerFailure failure, CancellationToken cancellation) =>
        CompleteAsync(new() { RunId = spec.RunId, SpecDigest = spec.SpecDigest, Failure = failure }, cancellation);

    // Progress is for people: a job never waits for it.
    private async Task ProgressAsync(JobRun run, Protos.Training.V1.TrainingSpec spec, CancellationToken cancellation)
    {
        try
        {
            var known = await training.GetRunAsync(new() { RunId = spec.RunId }, deadline: Deadline(), cancellationToken: cancellation);
            if (known.SpecDigest != spec.SpecDigest || known.Progress is not { TotalSteps: > 0 } progress) return;
            var percent = (int)Math.Clamp(100 * progress.Step / progress.TotalSteps, 0, 100);
            run.Status = run.Status with
            {
                Progress = new()
                {
                    Summary = $"{percent}% ({progress.Step}/{progress.TotalSteps})",
                    Percent = percent,
                    Step = progress.Step,
                    TotalSteps = progress.TotalSteps,
                    Eta = Eta(progress.EtaSeconds),
                    EtaSeconds = progress.EtaSeconds,
                    Loss = Loss(progress.Loss),
                    TokensPerSecond = Rate(progress.TokensPerSecond),
                },
            };
        }
        catch (RpcException)
        {
            // The last known progress stays; the next look asks again.
        }
    }

    private static string Loss(double loss) => loss.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Rate(double tokensPerSecond) => tokensPerSecond.ToString("0", CultureInfo.InvariantCulture);

    private static string Eta(long seconds) => seconds switch
    {
        < 60 => $"{seconds}s",
        < 3600 => $"{seconds / 60}m{seconds % 60}s",
        _ => $"{seconds / 3600}h{seconds % 3600 / 60}m",
    };

    private DateTime Deadline() => time.GetUtcNow().UtcDateTime + Patience;
}
