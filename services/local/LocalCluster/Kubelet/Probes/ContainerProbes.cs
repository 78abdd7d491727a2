using k8s.Models;
using Platform.LocalCluster.Kubelet.Containers;
using Platform.LocalCluster.Kubelet.Pods;
using Platform.LocalCluster.Kubelet.Processes;

namespace Platform.LocalCluster.Kubelet.Probes;

/// <summary>The probes of one attempt of a container: startup first, then readiness and liveness beside each other.</summary>
public sealed class ContainerProbes(PodContext context, V1Pod pod, ContainerSlot slot, ContainerRun run, Action wake)
{
    public async Task RunAsync()
    {
        if (slot.Spec.Lifecycle?.PostStart is { } hook && !await StartedAsync(hook))
        {
            return;
        }

        if (slot.Spec.StartupProbe is { } startup)
        {
            await WatchAsync("Startup", startup, passes => { slot.PassesStartup |= passes; return passes; }, failureEnds: true);
            if (run.End.IsCompleted)
            {
                return;
            }
        }

        await Task.WhenAll(
            slot.Spec.ReadinessProbe is { } readiness
                ? WatchAsync("Readiness", readiness, passes => { slot.PassesReadiness = passes; return false; }, failureEnds: false)
                : Task.CompletedTask,
            slot.Spec.LivenessProbe is { } liveness
                ? WatchAsync("Liveness", liveness, _ => false, failureEnds: true)
                : Task.CompletedTask);
    }

    /// <returns>False: the hook failed, and the container ends.</returns>
    private async Task<bool> StartedAsync(V1LifecycleHandler hook)
    {
        if (await LifecycleHooks.RunAsync(hook, slot, run, TimeSpan.MaxValue, context.Time) is { } problem)
        {
            context.Events.Warning(pod, "FailedPostStartHook", $"PostStartHook failed: {problem}", ContainerStarter.FieldPath(slot));
            await EndAsync(pod.Spec.TerminationGracePeriodSeconds);
            return false;
        }

        if (slot.Spec.StartupProbe is null && !run.End.IsCompleted && ReferenceEquals(slot.Run, run))
        {
            slot.PassesStartup = true;
            wake();
        }

        return true;
    }

    /// <summary>Asks until the attempt ends, or until <paramref name="settle"/> says that it knows enough.</summary>
    private async Task WatchAsync(string name, V1Probe probe, Func<bool, bool> settle, bool failureEnds)
    {
        var (passed, failed) = (0, 0);
        await PauseAsync(TimeSpan.FromSeconds(probe.InitialDelaySeconds ?? 0));
        while (!run.End.IsCompleted)
        {
            var problem = await ProbeCheck.AskAsync(probe, slot.Spec, run, context.Time);
            if (run.End.IsCompleted || !ReferenceEquals(slot.Run, run))
            {
                return;
            }

            (passed, failed) = problem is null ? (passed + 1, 0) : (0, failed + 1);
            if (problem is not null)
            {
                context.Events.Warning(pod, "Unhealthy", $"{name} probe failed: {problem}", ContainerStarter.FieldPath(slot));
            }

            if (passed >= (probe.SuccessThreshold ?? 1) || failed >= (probe.FailureThreshold ?? 3))
            {
                var settled = settle(problem is null);
                wake();
                if (problem is not null && failureEnds)
                {
                    await KillAsync(name, probe);
                    return;
                }

                if (settled)
                {
                    return;
                }
            }

            await PauseAsync(TimeSpan.FromSeconds(Math.Max(1, probe.PeriodSeconds ?? 10)));
        }
    }

    private async Task KillAsync(string name, V1Probe probe)
    {
        context.Events.Normal(
            pod, "Killing", $"Container {slot.Spec.Name} failed {name.ToLowerInvariant()} probe, will be restarted", ContainerStarter.FieldPath(slot));
        await EndAsync(probe.TerminationGracePeriodSeconds ?? pod.Spec.TerminationGracePeriodSeconds);
    }

    private async Task EndAsync(long? graceSeconds)
    {
        var grace = TimeSpan.FromSeconds(graceSeconds ?? 30);
        var killAt = context.Time.GetUtcNow() + grace;
        await LifecycleHooks.StopAsync(context, pod, slot, run, grace);
        var left = killAt - context.Time.GetUtcNow();
        await PauseAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        run.Signal(Signals.Kill);
    }

    private Task PauseAsync(TimeSpan time) => LifecycleHooks.WaitAsync(time, run, context.Time);
}
