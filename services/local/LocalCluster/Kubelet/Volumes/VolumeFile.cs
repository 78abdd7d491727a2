using k8s.Models;

namespace Platform.LocalCluster.Kubelet.Volumes;

/// <summary>A file of a volume: its bytes, and its mode where it is not that of the volume.</summary>
public sealed record VolumeFile(byte[] Content, int? Mode = null)
{
    /// <summary>All keys, or those that the items name, under their paths.</summary>
    public static IReadOnlyDictionary<string, VolumeFile> Select(
        string volume, IReadOnlyDictionary<string, byte[]> values, IList<V1KeyToPath>? items, bool? optional)
    {
        if (items is not { Count: > 0 })
        {
            return values.ToDictionary(entry => entry.Key, entry => new VolumeFile(entry.Value));
        }

        Dictionary<string, VolumeFile> files = [];
        foreach (var item in items)
        {
            if (values.TryGetValue(item.Key, out var content))
            {
                files[item.Path] = new VolumeFile(content, item.Mode);
            }
            else if (optional != true)
            {
                throw new MountException(volume, $"references non-existent config key: {item.Key}");
            }
        }

        return files;
    }
}
