using k8s.Models;
using Platform.LocalCluster.Kubelet.Pods;
using Platform.LocalCluster.Kubelet.Probes;
using Platform.LocalCluster.Kubelet.Processes;

namespace Platform.LocalCluster.Kubelet.Containers;

/// <summary>What a container wants done right after its start and right before its end.</summary>
public static class LifecycleHooks
{
    private const int LongestHook = 24 * 60 * 60;  // seconds; whoever waits for one sets an earlier end

    /// <returns>Null: done; else what went wrong. A hook ends with the container at the latest.</returns>
    public static async Task<string?> RunAsync(V1LifecycleHandler hook, ContainerSlot slot, ContainerRun run, TimeSpan limit, TimeProvider time)
    {
        var seconds = (int)Math.Clamp(limit.TotalSeconds, 1, LongestHook);
        if (hook.Sleep is { } sleep)
        {
            await WaitAsync(TimeSpan.FromSeconds(Math.Min(sleep.Seconds, seconds)), run, time);
            return null;
        }

        var call = new V1Probe { Exec = hook.Exec, HttpGet = hook.HttpGet, TcpSocket = hook.TcpSocket, TimeoutSeconds = seconds };
        var asked = ProbeCheck.AskAsync(call, slot.Spec, run, time);
        await Task.WhenAny(asked, run.End);
        return asked.IsCompleted ? await asked : null;
    }

    /// <summary>Asks a container to end: its preStop hook within the grace period, then SIGTERM. Asking again changes nothing.</summary>
    public static async Task StopAsync(PodContext context, V1Pod pod, ContainerSlot slot, ContainerRun run, TimeSpan grace)
    {
        if (!run.BeginStop())
        {
            return;
        }

        if (slot.Spec.Lifecycle?.PreStop is { } hook && await RunAsync(hook, slot, run, grace, context.Time) is { } problem)
        {
            context.Events.Warning(pod, "FailedPreStopHook", $"PreStopHook failed: {problem}", ContainerStarter.FieldPath(slot));
        }

        run.Signal(Signals.Terminate);
    }

    /// <summary>Waits, but not longer than the container lives.</summary>
    public static async Task WaitAsync(TimeSpan pause, ContainerRun run, TimeProvider time)
    {
        using var stop = new CancellationTokenSource();
        await Task.WhenAny(Task.Delay(pause, time, stop.Token), run.End);
        await stop.CancelAsync();
    }
}
