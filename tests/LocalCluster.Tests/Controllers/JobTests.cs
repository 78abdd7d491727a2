using k8s;
using k8s.Models;
using Platform.LocalCluster.Controllers.Jobs;
using Platform.LocalCluster.Tests.Kubelet;

namespace Platform.LocalCluster.Tests.Controllers;

/// <summary>The Job controller against a real API server; the pods' node is played by the test.</summary>
public sealed class JobTests(ControlledServer cluster) : IClassFixture<ControlledServer>
{
    [Fact]
    public async Task ATerminatingPodIsReplacedAtOnceAndCountsAsFailed()
    {
        await CreateAsync("at-once", _ => { });
        var first = await PodAsync("at-once");
        await DeletePodAsync(first);
        await StatusAsync("at-once", status => status is { Active: 1, Terminating: 1, Failed: 1 });
    }

    [Fact]
    public async Task AJobMayWaitForThePhaseBeforeItReplacesAPod()
    {
        await CreateAsync("patient", spec => spec.PodReplacementPolicy = "Failed");
        var first = await PodAsync("patient");
        await DeletePodAsync(first);
        await StatusAsync("patient", status => status is { Active: null, Terminating: 1, Failed: null });
        Assert.Single(await PodsAsync("patient"));

        await EndAsync(first, "Failed");

        await StatusAsync("patient", status => status is { Active: 1, Failed: 1, Terminating: 0 });
    }

    [Fact]
    public async Task AfterTheFirstSuccessAWorkQueueOnlyRunsOut()
    {
        await CreateAsync("queue", spec => spec.Parallelism = 3);
        var pods = await PodsAsync("queue", 3);
        await EndAsync(pods[0], "Succeeded");
        await StatusAsync("queue", status => status is { Active: 2, Succeeded: 1 });
        await EndAsync(pods[1], "Failed");
        await StatusAsync("queue", status => status is { Active: 1, Succeeded: 1, Failed: 1 });
        await EndAsync(pods[2], "Succeeded");
        await EndedAsync("queue", "Complete", "CompletionsReached");
        Assert.Equal(3, (await PodsAsync("queue")).Count);
    }

    [Fact]
    public async Task WithLessParallelismPodsGoWithoutBeingCounted()
    {
        await CreateAsync("shrinking", spec => (spec.Parallelism, spec.Completions) = (3, 3));
        await PodsAsync("shrinking", 3);
        await ChangeAsync("shrinking", new { parallelism = 1 });
        await StatusAsync("shrinking", status => status is { Active: 1, Failed: null });
    }

    [Fact]
    public async Task ASuspendedJobGivesItsPodsUpUncountedAndStartsAnewWhenResumed()
    {
        await CreateAsync("paused", spec => (spec.Parallelism, spec.Completions, spec.ActiveDeadlineSeconds) = (2, 2, 3600));
        var pods = await PodsAsync("paused", 2);
        await EndAsync(pods[0], "Succeeded");
        await StatusAsync("paused", status => status is { Active: 1, Succeeded: 1, StartTime: not null });

        await ChangeAsync("paused", new { suspend = true });
        var suspended = await StatusAsync("paused", status => status is { Active: null, StartTime: null });
        Assert.Equal(("True", "JobSuspended"), Condition(suspended, "Suspended"));

        await ChangeAsync("paused", new { suspend = false });
        var resumed = await StatusAsync("paused", status => status is { Active: 1, Succeeded: 1, Failed: null, StartTime: not null });
        Assert.Equal(("False", "JobResumed"), Condition(resumed, "Suspended"));
    }

    [Fact]
    public async Task FailuresThatAPolicyIgnoresDoNotCount()
    {
        await CreateAsync("ignoring", spec => (spec.BackoffLimit, spec.PodFailurePolicy) = (0, Policy("Ignore", 42)));
        await EndAsync(await PodAsync("ignoring"), "Failed", 42);
        await StatusAsync("ignoring", status => status is { Active: 1, Failed: null });
        await EndAsync(await PodAsync("ignoring"), "Failed", 1);
        var ended = await EndedAsync("ignoring", "Failed", "BackoffLimitExceeded");
        Assert.Equal(1, ended.Failed);
    }

    [Fact]
    public async Task AnIndexMayFailForGoodByItsExitCodeAndTooManyOfThemEndTheJob()
    {
        await CreateAsync("indexes", spec =>
        {
            (spec.CompletionMode, spec.Parallelism, spec.Completions) = ("Indexed", 4, 4);
            (spec.BackoffLimitPerIndex, spec.MaxFailedIndexes, spec.PodFailurePolicy) = (5, 1, Policy("FailIndex", 42));
        });
        var pods = (await PodsAsync("indexes", 4)).OrderBy(CompletionIndexes.Of).ToList();
        await EndAsync(pods[0], "Failed", 42);
        await StatusAsync("indexes", status => status is { FailedIndexes: "0", Active: 3 });
        await EndAsync(pods[2], "Succeeded");
        await StatusAsync("indexes", status => status is { CompletedIndexes: "2", Active: 2 });
        await EndAsync(pods[3], "Failed", 42);

        await StatusAsync("indexes", status => status is { FailedIndexes: "0,3" } && Condition(status, "FailureTarget") == ("True", "MaxFailedIndexesExceeded"));
        await ReleaseAsync(pods[1]);
        await EndedAsync("indexes", "Failed", "MaxFailedIndexesExceeded");
    }

    [Fact]
    public async Task AnIndexedJobMayShrinkToWhatItHas()
    {
        await CreateAsync("elastic", spec => (spec.CompletionMode, spec.Parallelism, spec.Completions) = ("Indexed", 2, 2));
        var pods = (await PodsAsync("elastic", 2)).OrderBy(CompletionIndexes.Of).ToList();
        await EndAsync(pods[0], "Succeeded");
        await StatusAsync("elastic", status => status.CompletedIndexes == "0");

        await ChangeAsync("elastic", new { parallelism = 1, completions = 1 });
        await StatusAsync("elastic", status => Condition(status, "SuccessCriteriaMet") is ("True", _));
        await ReleaseAsync(pods[1]);

        var ended = await EndedAsync("elastic", "Complete", "CompletionsReached");
        Assert.Equal((1, (int?)null), (ended.Succeeded, ended.Failed));
    }

    [Fact]
    public async Task ASuccessPolicyEndsTheJobBeforeAllIndexesAreDone()
    {
        await CreateAsync("enough", spec =>
        {
            (spec.CompletionMode, spec.Parallelism, spec.Completions) = ("Indexed", 3, 3);
            spec.SuccessPolicy = new V1SuccessPolicy { Rules = [new V1SuccessPolicyRule { SucceededIndexes = "1-2", SucceededCount = 1 }] };
        });
        var pods = (await PodsAsync("enough", 3)).OrderBy(CompletionIndexes.Of).ToList();
        await EndAsync(pods[0], "Succeeded");
        await StatusAsync("enough", status => status is { CompletedIndexes: "0", Active: 2 });
        await EndAsync(pods[2], "Succeeded");
        // Complete only when nothing runs any more.
        await StatusAsync("enough", status => status is { Terminating: 1, Active: null } && Condition(status, "Complete") is null);
        await ReleaseAsync(pods[1]);
        await EndedAsync("enough", "Complete", "SuccessPolicy");
    }

    [Fact]
    public async Task APodThatWasEvictedBeforeItRanIsReplaced()
    {
        await CreateAsync("evicted", spec => (spec.CompletionMode, spec.Completions, spec.BackoffLimitPerIndex) = ("Indexed", 1, 1));
        var first = await PodAsync("evicted");
        await PatchStatusAsync(first, new { phase = "Failed", reason = "Evicted" });
        await StatusAsync("evicted", status => status is { Active: 1, Failed: 1 });
    }

    [Fact]
    public async Task AJobThatAnotherControllerManagesIsLeftAlone()
    {
        await CreateAsync("foreign", spec => spec.ManagedBy = "example.com/other");
        await CreateAsync("own", _ => { });
        await PodAsync("own");
        Assert.Empty(await PodsAsync("foreign"));
    }

    private static V1PodFailurePolicy Policy(string action, int exitCode) => new()
    {
        Rules = [new V1PodFailurePolicyRule { Action = action, OnExitCodes = new V1PodFailurePolicyOnExitCodesRequirement { OperatorProperty = "In", Values = [exitCode] } }],
    };

    private static (string, string)? Condition(V1JobStatus status, string type) =>
        status.Conditions?.FirstOrDefault(condition => condition.Type == type) is { } found ? (found.Status, found.Reason) : null;

    private Task<V1Job> CreateAsync(string name, Action<V1JobSpec> change)
    {
        var job = new V1Job
        {
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new V1JobSpec
            {
                Template = new V1PodTemplateSpec
                {
                    // Bound, so that a deletion waits for the node, as on a cluster.
                    Spec = new V1PodSpec { NodeName = "played", RestartPolicy = "Never", Containers = [new V1Container { Name = "main", Image = "i" }] },
                },
            },
        };
        change(job.Spec);
        return cluster.Client.BatchV1.CreateNamespacedJobAsync(job, "default");
    }

    private Task ChangeAsync(string name, object spec) =>
        cluster.Client.BatchV1.PatchNamespacedJobAsync(new V1Patch(new { spec }, V1Patch.PatchType.MergePatch), name, "default");

    private async Task<V1JobStatus> StatusAsync(string name, Func<V1JobStatus, bool> condition)
    {
        V1JobStatus? status = null;
        await RunningCluster.EventuallyAsync(
            async () => condition(status = (await cluster.Client.BatchV1.ReadNamespacedJobAsync(name, "default")).Status), () => KubernetesJson.Serialize(status!));
        return status!;
    }

    private async Task<V1JobStatus> EndedAsync(string name, string type, string reason)
    {
        var status = await StatusAsync(name, status => Condition(status, type) is ("True", _));
        Assert.Equal(("True", reason), Condition(status, type));
        Assert.Equal((null, 0, null, null), (status.Active, status.Terminating, status.UncountedTerminatedPods?.Failed, status.UncountedTerminatedPods?.Succeeded));
        return status;
    }

    private async Task<List<V1Pod>> PodsAsync(string job, int? active = null)
    {
        List<V1Pod> pods = [];
        await RunningCluster.EventuallyAsync(async () =>
        {
            pods = [.. (await cluster.Client.CoreV1.ListNamespacedPodAsync("default", labelSelector: $"{JobLabels.JobName}={job}")).Items];
            return active is null || pods.Count(JobPods.IsActive) == active;
        }, () => $"the Job {job} has {pods.Count} pods");
        return active is null ? pods : [.. pods.Where(JobPods.IsActive)];
    }

    private async Task<V1Pod> PodAsync(string job) => (await PodsAsync(job, 1))[0];

    private Task DeletePodAsync(V1Pod pod) => cluster.Client.CoreV1.DeleteNamespacedPodAsync(pod.Metadata.Name, "default");

    /// <summary>The node's last word: nothing runs any more.</summary>
    private Task ReleaseAsync(V1Pod pod) => cluster.Client.CoreV1.DeleteNamespacedPodAsync(pod.Metadata.Name, "default", new V1DeleteOptions { GracePeriodSeconds = 0 });

    private Task EndAsync(V1Pod pod, string phase, int exitCode = 1) => PatchStatusAsync(pod, new
    {
        phase,
        containerStatuses = new[]
        {
            new V1ContainerStatus
            {
                Name = "main",
                Image = "i",
                ImageID = "",
                State = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = phase == "Failed" ? exitCode : 0, FinishedAt = TimeProvider.System.GetUtcNow().UtcDateTime } },
            },
        },
    });

    private Task PatchStatusAsync(V1Pod pod, object status) =>
        cluster.Client.CoreV1.PatchNamespacedPodStatusAsync(new V1Patch(new { status }, V1Patch.PatchType.MergePatch), pod.Metadata.Name, "default");
}
