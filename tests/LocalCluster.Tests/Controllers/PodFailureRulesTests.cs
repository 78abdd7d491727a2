using k8s.Models;
using Platform.LocalCluster.Controllers.Jobs;

namespace Platform.LocalCluster.Tests.Controllers;

public sealed class PodFailureRulesTests
{
    [Theory]
    [InlineData("In", 2, "FailJob")]
    [InlineData("In", 3, null)]
    [InlineData("NotIn", 3, "FailJob")]
    [InlineData("NotIn", 2, null)]
    public void AnExitCodeDecides(string operation, int exitCode, string? action)
    {
        var job = Job(new V1PodFailurePolicyRule
        {
            Action = "FailJob",
            OnExitCodes = new V1PodFailurePolicyOnExitCodesRequirement { OperatorProperty = operation, Values = [2] },
        });
        Assert.Equal(action, PodFailureRules.Judge(job, Some.Pod("a", "Failed", exitCode)).Action);
    }

    [Fact]
    public void APodThatThePlatformEndedDoesNotCountWhenItIsIgnored()
    {
        var job = Job(new V1PodFailurePolicyRule
        {
            Action = "Ignore",
            OnPodConditions = [new V1PodFailurePolicyOnPodConditionsPattern { Type = "DisruptionTarget", Status = "True" }],
        });
        var pod = Some.Pod("a", "Failed", 137);
        Assert.True(PodFailureRules.Judge(job, pod).Counts);
        pod.Status.Conditions = [new V1PodCondition { Type = "DisruptionTarget", Status = "True" }];
        Assert.False(PodFailureRules.Judge(job, pod).Counts);
    }

    [Fact]
    public void TheFirstRuleThatMatchesWins()
    {
        var codes = new V1PodFailurePolicyOnExitCodesRequirement { OperatorProperty = "In", Values = [2] };
        var job = Job(
            new V1PodFailurePolicyRule { Action = "Count", OnExitCodes = codes },
            new V1PodFailurePolicyRule { Action = "FailJob", OnExitCodes = codes });
        Assert.Null(PodFailureRules.JobFailure(job, [Some.Pod("a", "Failed", 2)]));
    }

    private static V1Job Job(params V1PodFailurePolicyRule[] rules) =>
        Some.Job(spec => spec.PodFailurePolicy = new V1PodFailurePolicy { Rules = rules });
}
