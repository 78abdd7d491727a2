using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Platform.LocalCluster.Kubelet.Processes;

namespace Platform.LocalCluster.Kubelet.Limits;

/// <summary>
/// The part of the cgroup v2 hierarchy that this machine lets the platform manage: a group that is writable, has the memory
/// controller, and holds no process of anybody else. A container's group lies below it.
/// </summary>
public sealed class CgroupTree
{
    private static readonly string[] Wanted = ["memory", "cpu", "pids"];

    private readonly string _root;
    private readonly TimeProvider _time;

    private CgroupTree(string root, IReadOnlySet<string> controllers, TimeProvider time) => (_root, Controllers, _time) = (root, controllers, time);

    public IReadOnlySet<string> Controllers { get; }

    /// <param name="group">The folder of a group that was delegated to the platform; null: the group that this process is in.</param>
    /// <param name="owner">What tells the groups of two kubelets apart: the root folder of each.</param>
    /// <param name="problem">Why there is none, and what to do about it.</param>
    public static CgroupTree? Open(string? group, string owner, TimeProvider time, out string problem)
    {
        if (LaunchGate.Program is null)
        {
            problem = "flock is not on the PATH; install util-linux";
            return null;
        }

        if ((group ?? OwnGroup(File.ReadLines("/proc/self/mountinfo"), File.ReadLines("/proc/self/cgroup"))) is not { } folder)
        {
            problem = "no cgroup v2 hierarchy is mounted";
            return null;
        }

        try
        {
            var controllers = Words(folder, "cgroup.controllers").Intersect(Wanted).ToHashSet();
            if (!controllers.Contains("memory"))
            {
                problem = $"the group {folder} has no memory controller";
                return null;
            }

            if (!Delegate(folder, controllers))
            {
                problem = $"other processes share the group {folder}; give the platform one of its own: systemd-run --user --scope -p Delegate=yes";
                return null;
            }

            var name = "kubelet-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner)))[..12];
            var tree = new CgroupTree(Directory.CreateDirectory(Path.Combine(folder, name)).FullName, controllers, time);
            tree.RemoveLeftovers();
            Enable(tree._root, controllers);
            problem = "";
            return tree;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = $"the group {folder} is not delegated to this user: {failure.Message}";
            return null;
        }
    }

    /// <summary>A group for one attempt of a container.</summary>
    public ContainerCgroup Create(string name, ResourceLimits limits) => ContainerCgroup.Create(Path.Combine(_root, name), new ResourceLimits(
        limits.Memory,
        Controllers.Contains("cpu") ? limits.Processors : null,
        Controllers.Contains("pids") ? limits.Processes : null), _time);

    /// <summary>The folder of this process's own group, from what /proc/self/mountinfo and /proc/self/cgroup say.</summary>
    public static string? OwnGroup(IEnumerable<string> mounts, IEnumerable<string> groups)
    {
        // 41 31 0:38 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw: the fourth is the mounted root, the fifth where it is.
        var mount = mounts.Select(line => line.Split(' ')).FirstOrDefault(fields => fields.SkipWhile(field => field != "-").ElementAtOrDefault(1) == "cgroup2");
        var group = groups.FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))?[3..];
        if (mount is null || group is null)
        {
            return null;
        }

        var inside = mount[3] != "/" && group.StartsWith(mount[3], StringComparison.Ordinal) ? group[mount[3].Length..] : group;
        return Path.Combine(mount[4], inside.TrimStart('/')).TrimEnd('/');
    }

    /// <summary>
    /// Has the group hand its controllers down. The kernel refuses that to a group that holds processes, so the platform's own
    /// step down into one beside the containers; where others are in it too, it is not the platform's to change.
    /// </summary>
    private static bool Delegate(string folder, IReadOnlySet<string> controllers)
    {
        if (controllers.IsSubsetOf(Words(folder, "cgroup.subtree_control")))
        {
            return true;
        }

        var members = Words(folder, "cgroup.procs").Select(member => int.Parse(member, CultureInfo.InvariantCulture)).ToList();
        if (members.Any(member => member != Environment.ProcessId && ProcessTable.ParentOf(member) != Environment.ProcessId))
        {
            return false;
        }

        if (members.Count > 0)
        {
            var platform = ContainerCgroup.Create(Path.Combine(folder, "platform"), ResourceLimits.None, TimeProvider.System);
            members.ForEach(platform.Add);
        }

        Enable(folder, controllers);
        return true;
    }

    private static void Enable(string folder, IEnumerable<string> controllers) =>
        File.WriteAllText(Path.Combine(folder, "cgroup.subtree_control"), string.Join(' ', controllers.Select(controller => "+" + controller)));

    private void RemoveLeftovers()
    {
        foreach (var leftover in Directory.GetDirectories(_root))
        {
            ContainerCgroup.TryRemove(leftover);
        }
    }

    private static string[] Words(string folder, string file) =>
        File.ReadAllText(Path.Combine(folder, file)).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
