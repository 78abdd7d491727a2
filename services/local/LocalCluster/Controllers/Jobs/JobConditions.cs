using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>The conditions of a Job, their order kept as they came.</summary>
public static class JobConditions
{
    public const string SuccessCriteriaMet = "SuccessCriteriaMet";
    public const string FailureTarget = "FailureTarget";
    public const string Complete = "Complete";
    public const string Failed = "Failed";
    public const string Suspended = "Suspended";

    public static V1JobCondition? Find(V1Job job, string type) =>
        job.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    public static bool IsTrue(V1Job job, string type) => Find(job, type)?.Status == "True";

    public static bool IsFinished(V1Job job) => IsTrue(job, Complete) || IsTrue(job, Failed);

    /// <returns>Whether anything changed.</returns>
    public static bool Set(V1Job job, string type, bool status, string reason, string message, DateTime now)
    {
        var value = status ? "True" : "False";
        var existing = Find(job, type);
        if (existing is not null && existing.Status == value && existing.Reason == reason && existing.Message == message)
        {
            return false;
        }

        if (existing is null)
        {
            existing = new V1JobCondition { Type = type };
            job.Status.Conditions = [.. job.Status.Conditions ?? [], existing];
        }

        existing.LastTransitionTime = existing.Status == value ? existing.LastTransitionTime : now;
        existing.LastProbeTime = now;
        (existing.Status, existing.Reason, existing.Message) = (value, reason, message);
        return true;
    }
}
