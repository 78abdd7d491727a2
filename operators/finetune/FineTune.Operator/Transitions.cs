using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Operator;

/// <summary>What is new in a status and worth an event.</summary>
public sealed record Transition(bool Warning, string Reason, string Message)
{
    private static readonly string[] Troubles =
        [Reasons.Unschedulable, Reasons.ImagePullFailed, Reasons.PodRetrying, Reasons.StorageUnavailable, Reasons.ServiceUnavailable];

    public static IEnumerable<Transition> Between(FineTuneJobStatus? before, FineTuneJobStatus after)
    {
        foreach (var now in after.Conditions ?? [])
        {
            var then = before?.Conditions?.FirstOrDefault(condition => condition.Type == now.Type);
            if (then?.Status == now.Status && then.Reason == now.Reason) continue;
            if (Describe(now, then) is { } transition) yield return transition;
        }
    }

    private static Transition? Describe(Condition now, Condition? then) => now.Type switch
    {
        Conditions.Succeeded when now.Status == "True" => new(false, Reasons.Succeeded, now.Message),
        Conditions.Succeeded when now.Status == "False" => new(true, now.Reason, now.Message),
        Conditions.Succeeded when now.Reason is Reasons.Suspended or Reasons.StoppingOldPods => null,
        Conditions.Succeeded => new(Troubles.Contains(now.Reason), now.Reason, now.Message),
        Conditions.Suspended when now.Status == "True" => new(false, Reasons.Suspended, now.Message),
        Conditions.Suspended when then?.Status == "True" => new(false, "Resumed", "spec.suspend is false again."),
        Conditions.Reconciling or Conditions.Stalled or Conditions.Suspended => null,
        _ when now.Status == "True" && now.Reason != Reasons.NotRequested => new(false, now.Type, now.Message),
        _ => null,
    };
}
