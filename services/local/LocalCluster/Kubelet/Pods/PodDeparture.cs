using k8s.Models;

namespace Platform.LocalCluster.Kubelet.Pods;

/// <summary>Why the containers of a pod are being stopped; of two reasons the later one here counts.</summary>
public enum Departure
{
    None,
    ContainersEnded,
    DeadlineExceeded,
    Shutdown,
    Deleted,
    Gone,
}

/// <summary>Stopping the containers of a pod: each is asked once, in order, and the time of SIGKILL, which may come closer but not recede.</summary>
public sealed class PodDeparture
{
    private static readonly TimeSpan ShortestGrace = TimeSpan.FromSeconds(1);

    // Whoever removes the object by force wants it gone; its processes still get a moment.
    private static readonly TimeSpan ForcedGrace = TimeSpan.FromSeconds(2);

    private readonly HashSet<ContainerSlot> _asked = [];

    public DateTimeOffset KillAt { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>Who is to end now: first the containers, then the sidecars, the last that was started first.</summary>
    public static IEnumerable<ContainerSlot> Next(IReadOnlyList<ContainerSlot> slots)
    {
        var running = slots.Where(slot => slot.IsRunning).ToList();
        return running.All(slot => slot.IsSidecar) ? running.TakeLast(1) : running.Where(slot => !slot.IsSidecar);
    }

    /// <returns>Whether this is the moment to ask the container to end.</returns>
    public bool Asks(ContainerSlot slot) => _asked.Add(slot);

    /// <summary>Sets the time of SIGKILL, or brings it closer.</summary>
    public void Begin(V1Pod pod, Departure cause, TimeSpan shutdownGrace, DateTimeOffset now)
    {
        var usual = TimeSpan.FromSeconds(pod.Spec.TerminationGracePeriodSeconds ?? 30);
        var grace = cause switch
        {
            Departure.Deleted => TimeSpan.FromSeconds(pod.Metadata.DeletionGracePeriodSeconds ?? (long)usual.TotalSeconds),
            Departure.Gone => usual < ForcedGrace ? usual : ForcedGrace,
            Departure.Shutdown => usual < shutdownGrace ? usual : shutdownGrace,
            _ => usual,
        };
        var killAt = now + (grace > ShortestGrace ? grace : ShortestGrace);
        KillAt = killAt < KillAt ? killAt : KillAt;
    }
}
