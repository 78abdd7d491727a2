using k8s.Models;

namespace Platform.LocalCluster.Kubelet.Containers;

/// <summary>
/// A process has no mount namespace: where a value of its environment, command or arguments begins with a mount path, the
/// folder that stands for the mount takes its place. Paths inside a longer text, such as a script, are not touched.
/// </summary>
public sealed class MountPaths
{
    private readonly List<(string Path, string Target)> _mounts;

    public MountPaths(V1Container container, Func<string, string> folderOfVolume, Func<string, string> expand, string terminationLog)
    {
        _mounts = [.. (container.VolumeMounts ?? [])
            .Select(mount => (Trimmed(mount.MountPath), Inside(folderOfVolume(mount.Name), SubPath(mount, expand))))
            .Append((container.TerminationMessagePath ?? "/dev/termination-log", terminationLog))
            .OrderByDescending(mount => mount.Item1.Length)];
    }

    public string Rewrite(string value)
    {
        foreach (var (path, target) in _mounts)
        {
            if (value == path || value.StartsWith(path + "/", StringComparison.Ordinal))
            {
                return target + value[path.Length..];
            }
        }

        return value;
    }

    private static string SubPath(V1VolumeMount mount, Func<string, string> expand) =>
        !string.IsNullOrEmpty(mount.SubPath) ? mount.SubPath
        : !string.IsNullOrEmpty(mount.SubPathExpr) ? expand(mount.SubPathExpr)
        : "";

    private static string Trimmed(string path) => path.Length > 1 ? path.TrimEnd('/') : path;

    private static string Inside(string folder, string subPath)
    {
        if (subPath.Length == 0)
        {
            return folder;
        }

        var full = Path.GetFullPath(Path.Combine(folder, subPath));
        return full.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : throw new ContainerConfigException($"failed to prepare subPath for volumeMount: subPath \"{subPath}\" leads out of its volume");
    }
}

/// <summary>The container cannot be made as it is described; it may be once something else exists.</summary>
public sealed class ContainerConfigException(string message) : Exception(message);
