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

/// <summary>Stopping the containers of a pod: SIGTERM once, and the time of SIGKILL, which may come closer but not recede.</summary>
public sealed class PodDeparture
{
    private static readonly TimeSpan ShortestGrace = TimeSpan.FromSeconds(1);

    // Whoever removes the object by force wants it gone; its processes still get a moment.
    private static readonly TimeSpan ForcedGrace = TimeSpan.FromSeconds(2);

    public bool HasBegun { get; private set; }

    public DateTimeOffset KillAt { get; private set; } = DateTimeOffset.MaxValue;

    /// <returns>Whether this is the moment to send SIGTERM.</returns>
    public bool Begin(V1Pod pod, Departure cause, TimeSpan shutdownGrace, DateTimeOffset now)
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
        var isNew = !HasBegun;
        KillAt = killAt < KillAt ? killAt : KillAt;
        HasBegun = true;
        return isNew;
    }
}
