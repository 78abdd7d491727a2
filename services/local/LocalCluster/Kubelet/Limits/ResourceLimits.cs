using System.Globalization;

namespace Platform.LocalCluster.Kubelet.Limits;

/// <summary>What the processes of one container may use together; null: as much as there is.</summary>
/// <param name="Memory">Bytes.</param>
/// <param name="Processors">Processors' worth of time.</param>
/// <param name="Processes">Processes and threads.</param>
public sealed record ResourceLimits(long? Memory = null, decimal? Processors = null, long? Processes = null)
{
    private const int Period = 100_000;  // µs, the kernel's default

    public static readonly ResourceLimits None = new();

    /// <summary>The control files of cgroup v2 that hold these limits, in the order in which they are written.</summary>
    public IEnumerable<(string File, string Value)> ControlFiles()
    {
        if (Memory is { } bytes)
        {
            yield return ("memory.max", bytes.ToString(CultureInfo.InvariantCulture));
            // Swapping is no way around the limit, and where one process dies of it, all do, as in a container.
            yield return ("memory.swap.max", "0");
            yield return ("memory.oom.group", "1");
        }

        if (Processors is { } processors)
        {
            // The kernel takes no quota below one millisecond.
            yield return ("cpu.max", $"{Math.Max(1000, (long)(processors * Period))} {Period}");
        }

        if (Processes is { } count)
        {
            yield return ("pids.max", count.ToString(CultureInfo.InvariantCulture));
        }
    }
}
