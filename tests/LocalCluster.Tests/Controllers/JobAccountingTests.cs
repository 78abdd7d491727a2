using k8s;
using k8s.Models;
using Platform.LocalCluster.Controllers.Jobs;

namespace Platform.LocalCluster.Tests.Controllers;

public sealed class JobAccountingTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void APodCountsOnceWhereverTheControllerDies(int stepsBeforeCrash)
    {
        var job = Some.Job(spec => (spec.Completions, spec.Parallelism) = (5, 2));
        List<V1Pod> pods = [Some.Pod("a", "Succeeded"), Some.Pod("b", "Failed")];

        // What is stored survives; what only the controller knew does not.
        Sync(ref job, pods, stepsBeforeCrash);
        Sync(ref job, pods, int.MaxValue);
        Sync(ref job, pods, int.MaxValue);

        Assert.Equal((1, 1), (job.Status.Succeeded, job.Status.Failed));
        Assert.Null(job.Status.UncountedTerminatedPods.Succeeded);
        Assert.All(pods, pod => Assert.False(JobPods.IsTracked(pod)));
    }

    [Fact]
    public void AJobEndsOnlyWhenNothingRunsAnyMore()
    {
        var state = State(Some.Job(), [Some.Pod("a", "Running")]);
        state.Outcome = new V1JobCondition { Type = JobConditions.FailureTarget, Reason = "DeadlineExceeded", Message = "m" };
        Assert.False(JobAccounting.Finish(state));

        state.Active.Clear();
        Assert.True(JobAccounting.Finish(state));
        Assert.True(JobConditions.IsTrue(state.Job, JobConditions.Failed));
    }

    [Fact]
    public void APodThatTheJobStopsWhenItFailsCountsAsFailed()
    {
        var state = State(Some.Job(), [Some.Pod("a", "Running")]);
        state.Outcome = new V1JobCondition { Type = JobConditions.FailureTarget, Reason = "DeadlineExceeded", Message = "m" };
        Assert.Single(JobAccounting.Note(state));
        Assert.Equal(["a"], state.Uncounted.Failed);
    }

    /// <summary>The three writes of an accounting, cut off after some of them.</summary>
    private static void Sync(ref V1Job stored, List<V1Pod> pods, int steps)
    {
        var state = State(Copy(stored), pods.Select(Copy).ToList());
        var release = JobAccounting.Note(state);
        if (steps-- <= 0)
        {
            return;
        }

        stored = Copy(state.Job);
        foreach (var pod in release)
        {
            if (steps-- <= 0)
            {
                return;
            }

            pods.Single(other => other.Metadata.Uid == pod.Metadata.Uid).Metadata.Finalizers = null;
        }

        JobAccounting.Count(state, new HashSet<string>());
        stored = Copy(state.Job);
    }

    private static JobState State(V1Job job, IReadOnlyList<V1Pod> pods) =>
        new(job, pods, new BackOffRecord(new JobControllerOptions()), Now);

    private static T Copy<T>(T value)
        where T : class => KubernetesJson.Deserialize<T>(KubernetesJson.Serialize(value));
}
