namespace Platform.FineTune.Api.V1Alpha1;

/// <summary>The reasons that conditions and events carry; <c>docs/crd/finetunejob.md</c> explains each to users.</summary>
public static class Reasons
{
    // Work goes on.
    public const string Resolving = nameof(Resolving);
    public const string Training = nameof(Training);
    public const string Quantizing = nameof(Quantizing);
    public const string Evaluating = nameof(Evaluating);
    public const string Registering = nameof(Registering);
    public const string NotReached = nameof(NotReached);
    public const string PodRetrying = nameof(PodRetrying);
    public const string Unschedulable = nameof(Unschedulable);
    public const string ImagePullFailed = nameof(ImagePullFailed);
    public const string QueuedByKueue = nameof(QueuedByKueue);
    public const string StorageUnavailable = nameof(StorageUnavailable);
    public const string ServiceUnavailable = nameof(ServiceUnavailable);
    public const string StoppingOldPods = nameof(StoppingOldPods);

    // Done, or on purpose.
    public const string Resolved = nameof(Resolved);
    public const string Completed = nameof(Completed);
    public const string NotRequested = nameof(NotRequested);
    public const string Succeeded = nameof(Succeeded);
    public const string Suspended = nameof(Suspended);
    public const string Active = nameof(Active);
    public const string MilestoneReached = nameof(MilestoneReached);

    // Only a new spec can help.
    public const string SpecInvalid = nameof(SpecInvalid);
    public const string DatasetInvalid = nameof(DatasetInvalid);
    public const string DatasetNotFound = nameof(DatasetNotFound);
    public const string ModelNotFound = nameof(ModelNotFound);
    public const string ModelInvalid = nameof(ModelInvalid);
    public const string LossDiverged = nameof(LossDiverged);
    public const string MemoryInsufficient = nameof(MemoryInsufficient);
    public const string HostOutOfMemory = nameof(HostOutOfMemory);
    public const string GpuOutOfMemory = nameof(GpuOutOfMemory);
    public const string BackoffLimitExceeded = nameof(BackoffLimitExceeded);
    public const string DeadlineExceeded = nameof(DeadlineExceeded);
    public const string WorkerFailed = nameof(WorkerFailed);
    public const string ResultMissing = nameof(ResultMissing);
    public const string CheckpointCorrupt = nameof(CheckpointCorrupt);
    public const string ScoreMissing = nameof(ScoreMissing);
    public const string GateNotReached = nameof(GateNotReached);
    public const string PerplexityRoseTooMuch = nameof(PerplexityRoseTooMuch);
    public const string RegistrationRefused = nameof(RegistrationRefused);

    /// <summary>Every reason of the catalogue.</summary>
    public static readonly IReadOnlyList<string> All =
        [.. typeof(Reasons).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];
}
