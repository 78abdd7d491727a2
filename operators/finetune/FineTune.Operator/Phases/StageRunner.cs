using k8s.Models;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Rendering;
using Platform.Kubernetes.Runtime;
using Platform.Protos.Workers.V1;

namespace Platform.FineTune.Operator.Phases;

/// <summary>A stage's work that is to be done in a pod.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="SpecDigest">Identity of the spec.</param>
/// <param name="SpecJson">The worker's input.</param>
/// <param name="Failure">What the worker wrote about this spec when it failed; null when it wrote nothing.</param>
/// <param name="StartAsync">Tells the stage's service that the work begins.</param>
/// <param name="FailAsync">Tells the stage's service that the work failed for good.</param>
internal sealed record StageWork(
    Stage Stage, string SpecDigest, string SpecJson, WorkerFailure? Failure,
    Func<CancellationToken, Task> StartAsync, Func<WorkerFailure, CancellationToken, Task> FailAsync);

/// <summary>Gets a stage without a result to one: exactly one Job per spec, never two pods of a run at a time.</summary>
public sealed class StageRunner(StageJobs jobs, PodObservation pods)
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    internal async Task<Outcome> RunAsync(JobRun run, StageWork work, CancellationToken cancellation)
    {
        var name = StageNames.Of(run.Job, work.Stage, work.SpecDigest);
        if (await SettleAsync(run, name, cancellation) is { } waiting) return waiting;
        var current = run.Jobs.FirstOrDefault(owned => owned.Metadata.Name == name);
        return current switch
        {
            null => await StartAsync(run, work, name, cancellation),
            { Metadata.DeletionTimestamp: not null } => Stopping("Pods of a deleted Job"),
            _ => await ObserveAsync(run, work, current, cancellation),
        };
    }

    /// <summary>Waits for pods that wrote their result and are about to exit, and stops those of a former spec. Null when none is left but <paramref name="except"/>'s.</summary>
    internal async Task<Outcome?> SettleAsync(JobRun run, string? except, CancellationToken cancellation)
    {
        var others = run.Jobs.Where(owned => owned.Metadata.Name != except && !run.SettledJobs.Contains(owned.Metadata.Name));
        if (!await jobs.StopAsync(others, cancellation)) return Stopping("Pods of the former spec");
        var ending = run.Jobs.FirstOrDefault(owned => run.SettledJobs.Contains(owned.Metadata.Name) && StageJobs.IsUnfinished(owned));
        return ending is null ? null : Stopping($"The Job {ending.Metadata.Name} wrote its result; its pods");
    }

    private async Task<Outcome> StartAsync(JobRun run, StageWork work, string name, CancellationToken cancellation)
    {
        await work.StartAsync(cancellation);
        try
        {
            return await jobs.CreateAsync(run.Job, work.Stage, name, work.SpecJson, cancellation)
                ? new Outcome.Waiting(work.Stage.ActiveReason, $"The Job {name} was created.", LookAgain)
                : Stopping("Objects of a former job of this name");
        }
        catch (ApiStatusException refused) when (refused.IsInvalid)
        {
            return new Outcome.Stalled(Reasons.SpecInvalid, $"The cluster refuses the Job {name}: {refused.Message}");
        }
    }

    private async Task<Outcome> ObserveAsync(JobRun run, StageWork work, V1Job current, CancellationToken cancellation)
    {
        var (started, failed) = (Count(current.Status?.Active, current.Status?.Failed, current.Status?.Succeeded), current.Status?.Failed ?? 0);
        if (started > 0) run.Status = run.Status with { Attempts = new SortedDictionary<string, int>((run.Status.Attempts ?? new Dictionary<string, int>()).ToDictionary()) { [work.Stage.Name] = started } };
        switch (StageJobs.Finished(current))
        {
            case { Type: "Complete" }:
                return await FailAsync(run, work, new() { Reason = Reasons.ResultMissing, Message = $"The Job {current.Metadata.Name} completed without writing the result of its spec. Its pod's log says why; another spec starts another Job." }, cancellation);
            case { Type: "Failed" } condition:
                return await FailAsync(run, work, await WhyFailedAsync(run, work, condition, cancellation), cancellation);
        }

        if (current.Spec.Suspend == true)
        {
            if (StageNames.Queue(run.Job) is { } queue) return new Outcome.Waiting(Reasons.QueuedByKueue, $"The Job {current.Metadata.Name} waits in the queue {queue}.", LookAgain);
            await jobs.ResumeAsync(current, cancellation);
        }
        else if ((current.Status?.Ready ?? 0) == 0 && await pods.WhyPendingAsync(run.Job, work.Stage, cancellation) is { } pending)
        {
            return new Outcome.Waiting(pending.Reason, pending.Message, LookAgain);
        }

        if (failed > 0 && (current.Status?.Ready ?? 0) == 0)
            return new Outcome.Waiting(Reasons.PodRetrying, $"{failed} of at most {(current.Spec.BackoffLimit ?? 0) + 1} pods of {current.Metadata.Name} failed; another one follows.{Because(work.Failure)}", LookAgain);
        return new Outcome.Waiting(work.Stage.ActiveReason, $"The Job {current.Metadata.Name} runs.", LookAgain);
    }

    private static async Task<Outcome> FailAsync(JobRun run, StageWork work, WorkerFailure failure, CancellationToken cancellation)
    {
        if (!run.Job.Status.Conditions.IsFalse(work.Stage.Condition)) await work.FailAsync(failure, cancellation);
        return new Outcome.Stalled(failure.Reason, failure.Message);
    }

    private async Task<WorkerFailure> WhyFailedAsync(JobRun run, StageWork work, V1JobCondition condition, CancellationToken cancellation)
    {
        if (condition.Reason == "DeadlineExceeded")
            return new() { Reason = Reasons.DeadlineExceeded, Message = $"The stage took longer than spec.failure.activeDeadlineSeconds ({run.Job.Spec.Failure.ActiveDeadlineSeconds}). Raise it, or train for fewer steps." };
        if (work.Failure is { } told)
            return new() { Reason = Reasons.All.Contains(told.Reason) ? told.Reason : Reasons.WorkerFailed, Message = told.Message };
        if (await pods.WhyFailedAsync(run.Job, work.Stage, cancellation) is { } pod)
            return new() { Reason = pod.Reason == Reasons.WorkerFailed && condition.Reason == "BackoffLimitExceeded" ? Reasons.BackoffLimitExceeded : pod.Reason, Message = pod.Message };
        return new() { Reason = Reasons.BackoffLimitExceeded, Message = $"The Job failed: {condition.Reason}: {condition.Message}" };
    }

    private static Outcome.Waiting Stopping(string what) => new(Reasons.StoppingOldPods, $"{what} are still going away.", SoonAgain);

    private static string Because(WorkerFailure? failure) => failure is null ? "" : $" The last one said: {failure.Message}";

    private static int Count(params int?[] parts) => parts.Sum(part => part ?? 0);
}
