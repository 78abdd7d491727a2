using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.LocalCluster.Controllers.Jobs;
using Platform.LocalCluster.Tests.ApiServer;
using Platform.LocalCluster.Tests.Kubelet;

namespace Platform.LocalCluster.Tests.Controllers;

/// <summary>
/// A controller that is killed between any two of its writes, over and over: every controller gets only so many before it
/// dies and another starts from what the server says. Results count once, no pod is made twice, and none is left held.
/// </summary>
public sealed class KilledJobControllerTests : IAsyncLifetime
{
    private RunningServer? _server;

    private Kubernetes Client => _server!.Client;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task EveryResultCountsOnce(int writes, bool lastIsSent)
    {
        // Of six pods three fail: those that are made first, second and fourth.
        await CreateAsync("plain", spec => (spec.Parallelism, spec.Completions) = (2, 3));
        var made = await PlayAsync("plain", writes, lastIsSent, (_, ordinal) => ordinal is 0 or 1 or 3 ? "Failed" : "Succeeded");

        var status = (await Client.BatchV1.ReadNamespacedJobAsync("plain", "default")).Status;
        Assert.Equal((3, 3, 6), (status.Succeeded, status.Failed, made.Count));
        Assert.Equal(["SuccessCriteriaMet", "Complete"], status.Conditions.Where(condition => condition.Status == "True").Select(condition => condition.Type));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task EveryIndexCountsItsFailuresOnce(int writes, bool lastIsSent)
    {
        // Index 0 fails for good, index 1 once, index 2 never.
        await CreateAsync("indexed", spec =>
            (spec.CompletionMode, spec.Parallelism, spec.Completions, spec.BackoffLimitPerIndex, spec.BackoffLimit) = ("Indexed", 3, 3, 1, null));
        Dictionary<string, int> tries = [];
        var made = await PlayAsync("indexed", writes, lastIsSent, (pod, _) =>
        {
            var index = pod.Metadata.Annotations[JobLabels.CompletionIndex];
            tries[index] = tries.GetValueOrDefault(index) + 1;
            return index == "0" || (index == "1" && tries[index] == 1) ? "Failed" : "Succeeded";
        });

        var status = (await Client.BatchV1.ReadNamespacedJobAsync("indexed", "default")).Status;
        Assert.Equal((2, 3, "1,2", "0"), (status.Succeeded, status.Failed, status.CompletedIndexes, status.FailedIndexes));
        Assert.Equal(5, made.Count);
        Assert.Equal(["FailureTarget", "Failed"], status.Conditions.Where(condition => condition.Status == "True").Select(condition => condition.Type));
    }

    [Fact]
    public async Task AJobThatFailsStopsEachOfItsPodsOnce()
    {
        await CreateAsync("failing", spec => (spec.Parallelism, spec.Completions, spec.BackoffLimit) = (3, 3, 0));
        var made = await PlayAsync("failing", 1, true, (_, ordinal) => ordinal == 0 ? "Failed" : "Running", together: 3);

        var status = (await Client.BatchV1.ReadNamespacedJobAsync("failing", "default")).Status;
        Assert.Equal((null, made.Count, null), (status.Succeeded, status.Failed, status.Active));
        Assert.Equal(3, made.Count);
        Assert.Equal("BackoffLimitExceeded", status.Conditions.Single(condition => condition.Type == "Failed").Reason);
    }

    private Task<V1Job> CreateAsync(string name, Action<V1JobSpec> change)
    {
        var job = new V1Job
        {
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new V1JobSpec
            {
                BackoffLimit = 6,
                Template = new V1PodTemplateSpec { Spec = new V1PodSpec { RestartPolicy = "Never", Containers = [new V1Container { Name = "main", Image = "i" }] } },
            },
        };
        change(job.Spec);
        return Client.BatchV1.CreateNamespacedJobAsync(job, "default");
    }

    /// <summary>Lives through controllers until the Job has ended, playing the node for its pods.</summary>
    /// <returns>The UIDs of all pods there ever were.</returns>
    private async Task<HashSet<string>> PlayAsync(string job, int writes, bool lastIsSent, Func<V1Pod, int, string> ending, int together = 1)
    {
        HashSet<string> made = [];
        await RunningCluster.EventuallyAsync(async () =>
        {
            var (client, life) = MortalClient.Create(_server!, writes, lastIsSent);
            using (client)
            {
                var controller = new JobController(
                    client, new JobControllerOptions { PodBackOff = TimeSpan.FromMilliseconds(1), Workers = 1 }, TimeProvider.System, NullLogger<JobController>.Instance);
                await RunUntilDeadOrEndedAsync(controller, life, job, () => LiveAsync(job, made, ending, together));
            }

            var status = (await Client.BatchV1.ReadNamespacedJobAsync(job, "default")).Status;
            Assert.True((status.Succeeded ?? 0) + (status.Failed ?? 0) <= made.Count, "more results than pods");
            return JobEnded(status) && (await PodsAsync(job)).All(pod => !JobPods.IsTracked(pod));
        }, () => $"the Job {job} does not end");
        return made;
    }

    private async Task RunUntilDeadOrEndedAsync(JobController controller, MortalClient life, string job, Func<Task> live)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(life.Death);
        var run = controller.RunAsync(stop.Token);
        while (!life.Death.IsCancellationRequested)
        {
            await live();
            if (JobEnded((await Client.BatchV1.ReadNamespacedJobAsync(job, "default")).Status))
            {
                break;
            }

            await Task.WhenAny(Task.Delay(10), run);
        }

        await stop.CancelAsync();
        await run;
    }

    /// <summary>Gives every new pod the phase it is to have, once the first few are there.</summary>
    private async Task LiveAsync(string job, HashSet<string> made, Func<V1Pod, int, string> ending, int together)
    {
        var pods = await PodsAsync(job);
        foreach (var pod in pods.Where(_ => made.Count > 0 || pods.Count >= together).OrderBy(pod => pod.Metadata.CreationTimestamp))
        {
            if (made.Add(pod.Metadata.Uid))
            {
                var status = new { status = new { phase = ending(pod, made.Count - 1) } };
                await Client.CoreV1.PatchNamespacedPodStatusAsync(new V1Patch(status, V1Patch.PatchType.MergePatch), pod.Metadata.Name, "default");
            }
        }
    }

    private async Task<IList<V1Pod>> PodsAsync(string job) =>
        (await Client.CoreV1.ListNamespacedPodAsync("default", labelSelector: $"{JobLabels.JobName}={job}")).Items;

    private static bool JobEnded(V1JobStatus status) =>
        status.Conditions?.Any(condition => condition is { Type: "Complete" or "Failed", Status: "True" }) == true;
}
