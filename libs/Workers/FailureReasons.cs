namespace Platform.Workers;

/// <summary>The reasons that workers give in <c>WorkerFailure.reason</c>.</summary>
public static class FailureReasons
{
    /// <summary>The spec itself cannot be worked on.</summary>
    public const string SpecInvalid = "SpecInvalid";

    /// <summary>A model or adapter folder is incomplete, corrupt or of an unknown kind.</summary>
    public const string ModelInvalid = "ModelInvalid";

    /// <summary>Rows cannot be read.</summary>
    public const string DatasetInvalid = "DatasetInvalid";

    /// <summary>An artifact is no longer what the spec pins.</summary>
    public const string ArtifactChanged = "ArtifactChanged";

    /// <summary>An artifact that the spec names is not in the store.</summary>
    public const string ArtifactMissing = "ArtifactMissing";

    /// <summary>The result is worse than the spec allows.</summary>
    public const string QualityBelowLimit = "QualityBelowLimit";

    /// <summary>The loss became infinite or not a number.</summary>
    public const string LossDiverged = "LossDiverged";

    /// <summary>The machine's memory did not suffice.</summary>
    public const string HostOutOfMemory = "HostOutOfMemory";

    /// <summary>The worker failed in a way nobody foresaw.</summary>
    public const string WorkerCrashed = "WorkerCrashed";
}
