using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Operator;

/// <summary>
/// The status of a job from one look at it: a pure function. Reconciling and Stalled are never both True, every condition
/// carries the observed generation, and a condition's time moves only with its status.
/// </summary>
public static class StatusComposition
{
    private const string Yes = "True";
    private const string No = "False";
    private const string Maybe = "Unknown";

    public static FineTuneJobStatus Compose(JobRun run, Verdict verdict, DateTime now)
    {
        var previous = run.Job.Status ?? new();
        var stages = StageConditions(run, verdict, previous);
        var started = Started(previous, now);
        var milestone = MilestoneReached(run, stages);
        List<(string Type, string Status, string Reason, string Message)> all =
            [SucceededOf(verdict, run), ReconcilingOf(verdict, milestone, run.Job.Spec.ReadyWhen), StalledOf(verdict), SuspendedOf(run, verdict), .. stages];
        Condition[] conditions = [.. all.Select(wanted => Stamp(previous, wanted, run.Job.Generation, now))];
        var finished = conditions.StatusOf(Conditions.Succeeded) != Maybe;
        return run.Status with
        {
            ObservedGeneration = run.Job.Generation,
            Phase = JobPhases.Of(conditions),
            Conditions = conditions,
            StartTime = finished ? previous.StartTime ?? now : started,
            CompletionTime = !finished ? null : previous.Conditions.StatusOf(Conditions.Succeeded) == conditions.StatusOf(Conditions.Succeeded) ? previous.CompletionTime ?? now : now,
            Progress = verdict.Outcome is Outcome.Done ? (run.Status.Progress ?? new()) with { Summary = "100%", Eta = null, EtaSeconds = null } : run.Status.Progress,
        };
    }

    /// <summary>Since when the job has been active: anew after a suspension and after a new spec for a finished job.</summary>
    public static DateTime Started(FineTuneJobStatus previous, DateTime now) =>
        previous.StartTime is { } started && !previous.Conditions.IsTrue(Conditions.Suspended) && previous.CompletionTime is null ? started : now;

    /// <summary>Whether the job ended, for the spec as it is now.</summary>
    public static bool IsFinished(FineTuneJob job) =>
        job.Status?.Conditions?.FirstOrDefault(condition => condition.Type == Conditions.Succeeded) is { Status: not Maybe } ended && ended.ObservedGeneration == job.Generation;

    /// <summary>The same status for a newer generation that changes nothing about it.</summary>
    public static FineTuneJobStatus Restamp(FineTuneJob job) => job.Status with
    {
        ObservedGeneration = job.Generation,
        Conditions = [.. (job.Status.Conditions ?? []).Select(condition => condition with { ObservedGeneration = job.Generation })],
    };

    private static List<(string Type, string Status, string Reason, string Message)> StageConditions(JobRun run, Verdict verdict, FineTuneJobStatus previous)
    {
        List<(string, string, string, string)> stages = [];
        foreach (var type in Conditions.All.Skip(4))
        {
            if (run.Findings.TryGetValue(type, out var found)) stages.Add((type, Yes, found.Reason, found.Message));
            else if (verdict.KeepsFindings && previous.Conditions?.FirstOrDefault(known => known is { Status: Yes } && known.Type == type) is { } kept) stages.Add((type, Yes, kept.Reason, kept.Message));
            else if (verdict.Outcome is Outcome.Stalled stalled && IsAbout(verdict.At, type, stalled.Reason)) stages.Add((type, No, stalled.Reason, stalled.Message));
            else if (verdict.Outcome is Outcome.Waiting waiting && IsAbout(verdict.At, type, null)) stages.Add((type, Maybe, waiting.Reason, waiting.Message));
            else stages.Add((type, Maybe, Reasons.NotReached, ""));
        }

        return stages;
    }

    // Resolve has two conditions: a refusal is about one of them.
    private static bool IsAbout(Stage? stage, string type, string? refusal) => type == Conditions.ModelReady
        ? stage == Stage.Resolve && refusal is null or Reasons.ModelNotFound or Reasons.ModelInvalid
        : stage?.Condition == type && (stage != Stage.Resolve || refusal is not (Reasons.ModelNotFound or Reasons.ModelInvalid));

    private static (string, string, string, string) SucceededOf(Verdict verdict, JobRun run) => verdict switch
    {
        { Outcome: Outcome.Stalled stalled } => (Conditions.Succeeded, No, stalled.Reason, stalled.Message),
        { Suspended: true } => (Conditions.Succeeded, Maybe, Reasons.Suspended, "spec.suspend is true."),
        { Outcome: Outcome.Waiting waiting } => (Conditions.Succeeded, Maybe, waiting.Reason, waiting.Message),
        _ => (Conditions.Succeeded, Yes, Reasons.Succeeded, run.Status.ModelVersion is { } version ? $"Registered as {version.Model} version {version.Version}." : "All stages are done."),
    };

    private static (string, string, string, string) ReconcilingOf(Verdict verdict, bool milestone, string readyWhen) => verdict switch
    {
        { Outcome: Outcome.Stalled stalled } => (Conditions.Reconciling, No, stalled.Reason, ""),
        { Suspended: true } => (Conditions.Reconciling, No, Reasons.Suspended, ""),
        { Outcome: Outcome.Waiting } when milestone => (Conditions.Reconciling, No, Reasons.MilestoneReached, $"spec.readyWhen is {readyWhen}; work goes on."),
        { Outcome: Outcome.Waiting waiting } => (Conditions.Reconciling, Yes, waiting.Reason, waiting.Message),
        _ => (Conditions.Reconciling, No, Reasons.Succeeded, ""),
    };

    private static (string, string, string, string) StalledOf(Verdict verdict) => verdict.Outcome is Outcome.Stalled stalled
        ? (Conditions.Stalled, Yes, stalled.Reason, stalled.Message)
        : (Conditions.Stalled, No, verdict.Outcome is Outcome.Done && !verdict.Suspended ? Reasons.Succeeded : Reasons.Active, "");

    private static (string, string, string, string) SuspendedOf(JobRun run, Verdict verdict) => verdict.Suspended
        ? (Conditions.Suspended, Yes, Reasons.Suspended, "spec.suspend is true; no pod runs. Set it to false to go on from the last checkpoint.")
        : (Conditions.Suspended, No, run.Job.Spec.Suspend ? Reasons.StoppingOldPods : Reasons.Active, "");

    private static bool MilestoneReached(JobRun run, List<(string Type, string Status, string Reason, string Message)> stages) => run.Job.Spec.ReadyWhen switch
    {
        ReadyMilestones.Accepted => IsTrue(stages, Conditions.DatasetReady) && IsTrue(stages, Conditions.ModelReady),
        ReadyMilestones.Started => IsTrue(stages, Conditions.Trained) || run.Status.Attempts?.TryGetValue(Stage.Train.Name, out var pods) == true && pods > 0,
        _ => false,
    };

    private static bool IsTrue(List<(string Type, string Status, string Reason, string Message)> stages, string type) =>
        stages.Exists(stage => stage.Type == type && stage.Status == Yes);

    private static Condition Stamp(FineTuneJobStatus previous, (string Type, string Status, string Reason, string Message) wanted, long generation, DateTime now)
    {
        var known = previous.Conditions?.FirstOrDefault(condition => condition.Type == wanted.Type);
        return new()
        {
            Type = wanted.Type,
            Status = wanted.Status,
            ObservedGeneration = generation,
            LastTransitionTime = known?.Status == wanted.Status ? known.LastTransitionTime : now,
            Reason = wanted.Reason,
            Message = wanted.Message.Length > 32768 ? wanted.Message[..32768] : wanted.Message,
        };
    }
}
