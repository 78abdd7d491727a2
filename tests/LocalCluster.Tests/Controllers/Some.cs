using k8s.Models;
using Platform.LocalCluster.Controllers.Jobs;

namespace Platform.LocalCluster.Tests.Controllers;

/// <summary>Jobs and pods with everything that a test does not care about.</summary>
public static class Some
{
    public static V1Job Job(Action<V1JobSpec>? change = null)
    {
        var job = new V1Job
        {
            Metadata = new V1ObjectMeta { Name = "j", NamespaceProperty = "n", Uid = "job" },
            Spec = new V1JobSpec
            {
                BackoffLimit = 6,
                Completions = 1,
                Parallelism = 1,
                CompletionMode = "NonIndexed",
                Template = new V1PodTemplateSpec
                {
                    Spec = new V1PodSpec { RestartPolicy = "Never", Containers = [new V1Container { Name = "main", Image = "i" }] },
                },
            },
            Status = new V1JobStatus(),
        };
        change?.Invoke(job.Spec);
        return job;
    }

    public static V1Pod Pod(string uid, string phase, int exitCode = 1) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = uid,
            NamespaceProperty = "n",
            Uid = uid,
            Finalizers = [JobLabels.TrackingFinalizer],
        },
        Spec = new V1PodSpec { Containers = [new V1Container { Name = "main" }] },
        Status = new V1PodStatus
        {
            Phase = phase,
            ContainerStatuses = phase == "Running" ? null :
            [
                new V1ContainerStatus
                {
                    Name = "main",
                    State = new V1ContainerState
                    {
                        Terminated = new V1ContainerStateTerminated { ExitCode = phase == "Failed" ? exitCode : 0, FinishedAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc) },
                    },
                },
            ],
        },
    };
}
