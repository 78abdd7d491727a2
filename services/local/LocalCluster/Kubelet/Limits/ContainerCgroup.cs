using System.Globalization;

namespace Platform.LocalCluster.Kubelet.Limits;

/// <summary>The control group of one attempt of a container: its limits, its processes, and whether memory ran out in it.</summary>
public sealed class ContainerCgroup
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider _time;

    private ContainerCgroup(string path, TimeProvider time) => (Path, _time) = (path, time);

    public string Path { get; }

    /// <summary>The kernel killed a process of the group for want of memory.</summary>
    public bool OutOfMemory => ReadEvents().Any(line => line.StartsWith("oom_kill ", StringComparison.Ordinal) && line != "oom_kill 0");

    /// <exception cref="IOException">The group cannot be made, or takes none of the limits.</exception>
    public static ContainerCgroup Create(string path, ResourceLimits limits, TimeProvider time)
    {
        Directory.CreateDirectory(path);
        foreach (var (file, value) in limits.ControlFiles())
        {
            var control = System.IO.Path.Combine(path, file);
            // A kernel without swap, or one before memory.oom.group, does without these two.
            if (file is "memory.swap.max" or "memory.oom.group" && !File.Exists(control))
            {
                continue;
            }

            File.WriteAllText(control, value);
        }

        return new ContainerCgroup(path, time);
    }

    /// <summary>Takes a process in, and with it all that it starts from now on.</summary>
    public void Add(int process) =>
        File.WriteAllText(System.IO.Path.Combine(Path, "cgroup.procs"), process.ToString(CultureInfo.InvariantCulture));

    /// <summary>Kills whatever is left in the group, and removes it.</summary>
    public async Task RemoveAsync()
    {
        for (var tries = 0; tries < 50; tries++)
        {
            if (TryRemove(Path))
            {
                return;
            }

            await Task.Delay(BetweenTries, _time);
        }
    }

    /// <returns>Whether the group is gone; a dying process holds it for a moment.</returns>
    public static bool TryRemove(string path)
    {
        try
        {
            var kill = System.IO.Path.Combine(path, "cgroup.kill");
            if (File.Exists(kill))
            {
                File.WriteAllText(kill, "1");
            }

            Directory.Delete(path);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string[] ReadEvents()
    {
        try
        {
            return File.ReadAllLines(System.IO.Path.Combine(Path, "memory.events"));
        }
        catch (IOException)
        {
            return [];  // no memory controller, no events
        }
    }
}
