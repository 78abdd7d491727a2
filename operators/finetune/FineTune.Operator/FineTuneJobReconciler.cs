using Grpc.Core;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Phases;
using Platform.Kubernetes.Runtime;

namespace Platform.FineTune.Operator;

/// <summary>
/// Looks at a job and moves it one step on. It decides from what it can read again: the job, its Jobs, their result files.
/// Doing it twice changes nothing, and a crash between two writes is repaired by the next look.
/// </summary>
public sealed class FineTuneJobReconciler(
    ResolvePhase resolve, TrainPhase train, QuantizePhase quantize, EvaluatePhase evaluate, RegisterPhase register,
    StageJobs jobs, StageRunner runner, ResourceApi<FineTuneJob> api, StatusWriter<FineTuneJob, FineTuneJobStatus> statuses,
    EventRecorder events, TimeProvider time) : IEntityController<FineTuneJob>
{
    private readonly IPhase[] _phases = [resolve, train, quantize, evaluate, register];

    public async Task<ReconciliationResult> ReconcileAsync(FineTuneJob job, CancellationToken cancellation)
    {
        if (StatusComposition.IsFinished(job)) return await AfterTheEndAsync(job, cancellation);
        if (job is { Spec.Suspend: true, Status.CompletionTime: not null })
        {
            // A finished job has nothing to suspend.
            await statuses.WriteAsync(job, StatusComposition.Restamp(job), cancellation);
            return ReconciliationResult.Done;
        }

        var run = new JobRun(job, await jobs.ListAsync(job, cancellation));
        var verdict = await DecideAsync(run, cancellation);
        var status = StatusComposition.Compose(run, verdict, Now());
        // Before the status: told twice after a crash raises a count, not told at all would be lost.
        foreach (var transition in Transition.Between(job.Status, status))
            await events.RecordAsync(job, transition.Warning, transition.Reason, transition.Message, cancellation);
        await statuses.WriteAsync(job, status, cancellation);
        return Next(job, status, verdict);
    }

    private async Task<Verdict> DecideAsync(JobRun run, CancellationToken cancellation)
    {
        var verdict = await JudgeAsync(run, cancellation);
        if (verdict.Outcome is not Outcome.Stalled stalled || await jobs.StopAsync(run.Jobs, cancellation)) return verdict;
        // No job is over while it has pods.
        return verdict with { Outcome = new Outcome.Waiting(Reasons.StoppingOldPods, stalled.Message, TimeSpan.FromSeconds(1)) };
    }

    private async Task<Verdict> JudgeAsync(JobRun run, CancellationToken cancellation)
    {
        var job = run.Job;
        if (SpecValidation.Problems(job.Spec) is { Count: > 0 } problems)
            return new(new Outcome.Stalled(Reasons.SpecInvalid, string.Join("\n", problems)), null, KeepsFindings: true);
        if (job.Spec.Suspend)
        {
            return await jobs.SuspendAsync(run, cancellation)
                ? new(Outcome.Completed, null, KeepsFindings: true, Suspended: true)
                : new(new Outcome.Waiting(Reasons.StoppingOldPods, "Pods save their state and stop.", TimeSpan.FromSeconds(1)), null, KeepsFindings: true);
        }

        if (Remaining(job) <= TimeSpan.Zero)
        {
            return new(
                new Outcome.Stalled(Reasons.DeadlineExceeded, $"The job took longer than spec.failure.activeDeadlineSeconds ({job.Spec.Failure.ActiveDeadlineSeconds}). Raise it to go on from the last checkpoint."),
                null, KeepsFindings: true);
        }

        foreach (var phase in _phases)
        {
            var outcome = await RunAsync(phase, run, cancellation);
            if (outcome is not Outcome.Done) return new(outcome, phase.Stage);
        }

        return new(await runner.SettleAsync(run, null, cancellation) ?? Outcome.Completed, null);
    }

    private static async Task<Outcome> RunAsync(IPhase phase, JobRun run, CancellationToken cancellation)
    {
        try
        {
            return await phase.RunAsync(run, cancellation);
        }
        catch (RpcException problem) when (!cancellation.IsCancellationRequested)
        {
            return ServiceOutcome.Of(problem);
        }
        catch (StorageUnavailableException problem)
        {
            return ServiceOutcome.Of(problem);
        }
    }

    private async Task<ReconciliationResult> AfterTheEndAsync(FineTuneJob job, CancellationToken cancellation)
    {
        if (job.Spec.TtlSecondsAfterFinished is not { } seconds || job.Status.CompletionTime is not { } ended) return ReconciliationResult.Done;
        var left = ended.AddSeconds(seconds) - time.GetUtcNow().UtcDateTime;
        if (left > TimeSpan.Zero) return ReconciliationResult.After(left);
        await api.DeleteAsync(ObjectKey.Of(job), job.Metadata.Uid, foreground: false, cancellation);
        return ReconciliationResult.Done;
    }

    private ReconciliationResult Next(FineTuneJob job, FineTuneJobStatus status, Verdict verdict) => verdict.Outcome switch
    {
        Outcome.Waiting waiting when Remaining(job) is { } left && left < waiting.RetryAfter => ReconciliationResult.After(left),
        Outcome.Waiting waiting => ReconciliationResult.After(waiting.RetryAfter),
        _ when status.CompletionTime is not null && job.Spec.TtlSecondsAfterFinished is { } ttl => ReconciliationResult.After(TimeSpan.FromSeconds(ttl)),
        _ => ReconciliationResult.Done,
    };

    private TimeSpan? Remaining(FineTuneJob job) => job.Spec.Failure.ActiveDeadlineSeconds is { } seconds
        ? StatusComposition.Started(job.Status ?? new(), Now()).AddSeconds(seconds) - Now()
        : null;

    // Kubernetes keeps whole seconds.
    private DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
    }
}
