using k8s;
using k8s.Models;
using Platform.LocalCluster.Kubelet;
using Platform.LocalCluster.Kubelet.Processes;

namespace Platform.LocalCluster.Tests.Kubelet;

public sealed class RestartTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    [Fact]
    public async Task AJobGoesOnAfterTheKubeletWasStoppedAndEndsOnce()
    {
        var flag = Path.Combine(cluster.Options.RootFolder, "go");
        var job = new V1Job
        {
            Metadata = new V1ObjectMeta { Name = "j" },
            Spec = new V1JobSpec
            {
                BackoffLimit = 0,
                PodFailurePolicy = new V1PodFailurePolicy
                {
                    Rules = [new V1PodFailurePolicyRule { Action = "Ignore", OnPodConditions = [new V1PodFailurePolicyOnPodConditionsPattern { Type = "DisruptionTarget", Status = "True" }] }],
                },
                Template = new V1PodTemplateSpec
                {
                    Spec = new V1PodSpec
                    {
                        RestartPolicy = "Never",
                        AutomountServiceAccountToken = false,
                        TerminationGracePeriodSeconds = 1,
                        Containers = [new V1Container { Name = "main", Image = "host", Command = ["/bin/sh", "-c", $"while ! test -e {flag}; do sleep 0.1; done; echo done"] }],
                    },
                },
            },
        };
        await cluster.Client.BatchV1.CreateNamespacedJobAsync(job, "default");
        await RunningCluster.EventuallyAsync(
            async () => (await cluster.Client.BatchV1.ReadNamespacedJobStatusAsync("j", "default")).Status.Ready == 1, () => "the Job's pod does not run");

        await cluster.Kubelet.StopAsync(CancellationToken.None);
        Assert.Empty(ProcessTable.FindMarked(cluster.Options.RootFolder + "|"));
        await cluster.StartKubeletAsync();
        await File.WriteAllTextAsync(flag, "");

        V1JobStatus? status = null;
        await RunningCluster.EventuallyAsync(
            async () => (status = (await cluster.Client.BatchV1.ReadNamespacedJobStatusAsync("j", "default")).Status).Conditions?.Any(c => c is { Type: "Complete" or "Failed", Status: "True" }) == true,
            () => KubernetesJson.Serialize(status!));
        Assert.Equal((1, (int?)null), (status!.Succeeded, status.Failed));
        var pods = (await cluster.Client.CoreV1.ListNamespacedPodAsync("default", labelSelector: "job-name=j")).Items;
        Assert.Equal(["Failed", "Succeeded"], pods.Select(pod => pod.Status.Phase).Order());
        Assert.All(pods, pod => Assert.Null(pod.Metadata.Finalizers));
    }

    [Fact]
    public async Task OneFolderServesOneKubeletAtATime()
    {
        var other = new ProcessKubelet(cluster.Client, new ProcessKubeletOptions { RootFolder = cluster.Options.RootFolder }, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        var failure = await Assert.ThrowsAsync<IOException>(() => other.StartAsync(CancellationToken.None));
        Assert.Contains(cluster.Options.RootFolder, failure.Message);
    }
}
