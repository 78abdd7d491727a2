namespace Platform.LocalCluster.Kubelet.Nodes;

/// <summary>The GPUs that the platform may use, as CUDA names them, each held by at most one container.</summary>
public sealed class GpuPool
{
    public const string ResourceName = "nvidia.com/gpu";
    private const string DriverFolder = "/proc/driver/nvidia/gpus";

    private readonly Lock _lock = new();
    private readonly IReadOnlyList<string> _devices;
    private readonly string?[] _holders;

    public GpuPool(int? declared)
        : this(Devices(declared, Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES"), Directory.Exists(DriverFolder) ? Directory.GetDirectories(DriverFolder).Length : 0))
    {
    }

    private GpuPool(IReadOnlyList<string> devices) => (_devices, _holders) = (devices, new string?[devices.Count]);

    public int Count => _holders.Length;

    /// <summary>Those declared; else those that the platform itself may see; else all that the driver lists.</summary>
    /// <param name="visible">The platform's own CUDA_VISIBLE_DEVICES: CUDA stops reading at the first name that is none.</param>
    public static IReadOnlyList<string> Devices(int? declared, string? visible, int detected) =>
        declared is { } count ? Indexed(count)
        : visible is not null && detected > 0 ? [.. visible.Split(',', StringSplitOptions.TrimEntries).TakeWhile(name => name.Length > 0 && !name.StartsWith('-'))]
        : Indexed(detected);

    /// <returns>The devices the holder has now, those it had included; null when too few are free.</returns>
    public IReadOnlyList<string>? Take(string holder, int count)
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

            return [.. mine.Concat(free).Order().Select(index => _devices[index])];
        }
    }

    /// <summary>Frees what a container ("UID/NAME") has, or all containers of a pod ("UID").</summary>
    public void Release(string holder)
    {
        lock (_lock)
        {
            foreach (var index in Indexes().Where(index => _holders[index] == holder || _holders[index]?.StartsWith(holder + "/", StringComparison.Ordinal) == true))
            {
                _holders[index] = null;
            }
        }
    }

    private static string[] Indexed(int count) => [.. Enumerable.Range(0, count).Select(index => index.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    private IEnumerable<int> Indexes() => Enumerable.Range(0, _holders.Length);
}
