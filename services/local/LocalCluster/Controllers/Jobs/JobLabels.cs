namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>The labels, annotations and finalizers by which the Job controller and its pods know each other.</summary>
public static class JobLabels
{
    public const string JobName = "batch.kubernetes.io/job-name";
    public const string ControllerUid = "batch.kubernetes.io/controller-uid";
    public const string LegacyJobName = "job-name";
    public const string LegacyControllerUid = "controller-uid";
    public const string CompletionIndex = "batch.kubernetes.io/job-completion-index";
    public const string IndexFailureCount = "batch.kubernetes.io/job-index-failure-count";
    public const string IndexIgnoredFailureCount = "batch.kubernetes.io/job-index-ignored-failure-count";

    /// <summary>Holds a finished pod until the Job's status has counted it: no result is lost, none counts twice.</summary>
    public const string TrackingFinalizer = "batch.kubernetes.io/job-tracking";
}
