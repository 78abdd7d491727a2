using k8s.Models;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Kubelet.Containers;
using Platform.LocalCluster.Kubelet.Probes;
using Platform.LocalCluster.Kubelet.Processes;
using Platform.LocalCluster.Kubelet.Volumes;

namespace Platform.LocalCluster.Kubelet.Pods;

/// <summary>Starts and restarts the containers of one pod, with the events a kubelet writes about it.</summary>
public sealed class ContainerStarter(PodContext context, V1Pod pod, ContainerLauncher launcher, Action wake)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    public static string FieldPath(ContainerSlot slot) => $"spec.{(slot.IsInit ? "initContainers" : "containers")}{{{slot.Spec.Name}}}";

    /// <returns>Null: nothing was due; true: the volumes are there; false: they cannot be made yet.</returns>
    public async Task<bool?> MountAsync(IReadOnlyList<ContainerSlot> slots, VolumeFolders volumes, bool isDue)
    {
        if (!isDue)
        {
            return null;
        }

        try
        {
            await volumes.PrepareAsync(CancellationToken.None);
            return true;
        }
        catch (Exception failure) when (failure is MountException or ContainerConfigException or IOException or UnauthorizedAccessException
            || ApiFailures.IsTransient(failure, CancellationToken.None))
        {
            context.Events.Warning(pod, "FailedMount", failure.Message);
            foreach (var slot in slots.Where(slot => !slot.IsInit))
            {
                slot.Waiting = ("ContainerCreating", null);
            }

            return false;
        }
    }

    /// <summary>Starts the container if it should run and does not.</summary>
    /// <returns>When to try again; null: no need.</returns>
    public async Task<TimeSpan?> EnsureAsync(ContainerSlot slot, string podPolicy)
    {
        if (slot.IsRunning || (slot.End is not null && !slot.MayRestart(podPolicy)) || (slot is { IsInit: true, IsSidecar: false, HasSucceeded: true }))
        {
            return null;
        }

        var now = context.Time.GetUtcNow();
        if (slot.End is not null && slot.NotBefore > now)
        {
            context.Events.Warning(pod, "BackOff", $"Back-off restarting failed container {slot.Spec.Name} in pod {pod.Metadata.Name}_{pod.Metadata.NamespaceProperty}({pod.Metadata.Uid})", FieldPath(slot));
            return slot.NotBefore - now;
        }

        try
        {
            if (await launcher.PrepareAsync(slot, CancellationToken.None) is not { } launch)
            {
                slot.Waiting = ("ErrImageNeverPull", $"Container image \"{slot.Spec.Image}\" is not present with pull policy of Never");
                context.Events.Warning(pod, "ErrImageNeverPull", slot.Waiting.Message!, FieldPath(slot));
                return null;
            }

            await StartAsync(slot, launch);
            return null;
        }
        catch (ContainerConfigException failure)
        {
            slot.Waiting = ("CreateContainerConfigError", failure.Message);
            context.Events.Warning(pod, "Failed", $"Error: {failure.Message}", FieldPath(slot));
            return Retry;
        }
        catch (CannotStartException failure)
        {
            slot.End = slot.Folder.ReadEnd(slot.RestartCount);
            RestartDelay.Note(slot, context.Options);
            context.Events.Warning(pod, "Failed", $"Error: {failure.Message}", FieldPath(slot));
            return TimeSpan.Zero;
        }
        catch (Exception failure) when (ApiFailures.IsTransient(failure, CancellationToken.None))
        {
            slot.Waiting = ("CreateContainerConfigError", failure.Message);
            return Retry;
        }
    }

    private async Task StartAsync(ContainerSlot slot, ProcessLaunch launch)
    {
        if (slot.End is not null)
        {
            slot.EarlierEnd = slot.End;
            slot.RestartCount++;
            slot.End = null;
        }

        context.Events.Normal(pod, "Pulled", $"Container image \"{slot.Spec.Image}\" already present on machine", FieldPath(slot));
        var logsAreMessage = slot.Spec.TerminationMessagePolicy == "FallbackToLogsOnError";
        var run = await ContainerRun.StartAsync(launch, slot.Folder, slot.RestartCount, logsAreMessage, context.Options, context.Time, context.Cgroups);
        slot.Run = run;
        slot.PassesStartup = slot.Spec.StartupProbe is null && slot.Spec.Lifecycle?.PostStart is null;
        slot.PassesReadiness = slot.Spec.ReadinessProbe is null;
        context.Events.Normal(pod, "Created", $"Created container: {slot.Spec.Name}", FieldPath(slot));
        context.Events.Normal(pod, "Started", $"Started container {slot.Spec.Name}", FieldPath(slot));
        _ = run.End.ContinueWith(_ => wake(), TaskScheduler.Default);
        _ = new ContainerProbes(context, pod, slot, run, wake).RunAsync();
    }
}
