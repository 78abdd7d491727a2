using k8s.Models;
using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Operator.Rendering;

/// <summary>The Job of a stage, with the files its pods need.</summary>
internal static class WorkerJob
{
    /// <summary>A worker that exits with this says: the same spec fails again.</summary>
    public const int HopelessExitCode = 2;

    public static V1Job Render(FineTuneJob job, Stage stage, string name, OperatorSettings settings) => new()
    {
        ApiVersion = "batch/v1",
        Kind = "Job",
        Metadata = StageNames.Metadata(job, stage, name),
        Spec = new()
        {
            // Kueue starts what has a queue.
            Suspend = job.Spec.Suspend || StageNames.Queue(job) is not null,
            Parallelism = 1,
            Completions = 1,
            BackoffLimit = job.Spec.Failure.BackoffLimit,
            ActiveDeadlineSeconds = job.Spec.Failure.ActiveDeadlineSeconds,
            PodReplacementPolicy = "Failed", // never two pods at a time, not even while one terminates
            PodFailurePolicy = new()
            {
                Rules =
                [
                    new() { Action = "FailJob", OnExitCodes = new() { ContainerName = WorkerPod.Container, OperatorProperty = "In", Values = [HopelessExitCode] } },
                    new() { Action = "Ignore", OnPodConditions = [new() { Type = "DisruptionTarget", Status = "True" }] },
                ],
            },
            Template = WorkerPod.Render(job, stage, name, settings),
        },
    };

    public static V1ConfigMap RenderSpecFile(FineTuneJob job, Stage stage, string name, string specJson) => new()
    {
        ApiVersion = "v1",
        Kind = "ConfigMap",
        Metadata = StageNames.Metadata(job, stage, name),
        Immutable = true,
        Data = new Dictionary<string, string> { [WorkerPod.SpecFile] = specJson },
    };

    public static V1Secret RenderSecret(FineTuneJob job, Stage stage, string name, string s3, string runToken) => new()
    {
        ApiVersion = "v1",
        Kind = "Secret",
        Type = "Opaque",
        Metadata = StageNames.Metadata(job, stage, name),
        Data = new Dictionary<string, byte[]>
        {
            [WorkerPod.S3Key] = System.Text.Encoding.UTF8.GetBytes(s3),
            [WorkerPod.RunTokenKey] = System.Text.Encoding.UTF8.GetBytes(runToken),
        },
    };
}
