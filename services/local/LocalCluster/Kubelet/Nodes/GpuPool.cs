namespace Platform.LocalCluster.Kubelet.Nodes;

/// <summary>The GPUs of this machine by index, each held by at most one container.</summary>
public sealed class GpuPool
{
    public const string ResourceName = "nvidia.com/gpu";
    private const string DriverFolder = "/proc/driver/nvidia/gpus";

    private readonly Lock _lock = new();
    private readonly string?[] _holders;

    public GpuPool(int? declared)
    {
        var detected = Directory.Exists(DriverFolder) ? Directory.GetDirectories(DriverFolder).Length : 0;
        _holders = new string?[declared ?? detected];
    }

    public int Count => _holders.Length;

    /// <returns>The indexes the holder has now, those it had included; null when too few are free.</returns>
    public IReadOnlyList<int>? Take(string holder, int count)
    {
        lock (_lock)
        {
            var mine = Indexes().Where(index => _holders[index] == holder).Take(count).ToList();
            var free = Indexes().Where(index => _holders[index] is null).Take(count - mine.Count).ToList();
            if (mine.Count + free.Count < count)
            {
                return null;
            }

            foreach (var index in free)
            {
                _holders[index] = holder;
            }

            return [.. mine.Concat(free).Order()];
        }
    }

    /// <summary>Frees what holders with this prefix (a pod's UID) have.</summary>
    public void Release(string holderPrefix)
    {
        lock (_lock)
        {
            foreach (var index in Indexes().Where(index => _holders[index]?.StartsWith(holderPrefix, StringComparison.Ordinal) == true))
            {
                _holders[index] = null;
            }
        }
    }

    private IEnumerable<int> Indexes() => Enumerable.Range(0, _holders.Length);
}
