using System.Diagnostics;

namespace Platform.LocalCluster.Kubelet.Processes;

/// <summary>
/// A small shell beside the platform that knows the process groups of all containers. When the platform is gone, however
/// it went, the pipe between them closes and the shell kills the groups: no grandchild outlives a SIGKILL of the platform.
/// </summary>
public sealed class Guardian : IDisposable
{
    private const string Script = """
        trap '' TERM INT HUP
        groups=' '
        while read -r sign group; do
          case $sign in
            +) groups="$groups$group " ;;
            -) case $groups in *" $group "*) groups="${groups%% $group *} ${groups#* $group }" ;; esac ;;
          esac
        done
        for group in $groups; do kill -KILL "-$group"; done
        """;

    private static readonly Lazy<Task<Guardian>> OfThisProcess = new(StartAsync);

    private readonly Process _process;
    private readonly Lock _lock = new();

    private Guardian(Process process)
    {
        _process = process;
        _process.StandardInput.AutoFlush = true;
    }

    /// <summary>The one for all containers of this process.</summary>
    public static Task<Guardian> Shared => OfThisProcess.Value;

    public static async Task<Guardian> StartAsync()
    {
        // A session of its own: what ends the platform from its terminal must not end the guardian first.
        var start = new ProcessStartInfo("setsid", ["/bin/sh", "-c", Script])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
            UseShellExecute = false,
        };
        return new Guardian(await LaunchThread.RunAsync(() => Process.Start(start)!));
    }

    public void Add(int group) => Tell('+', group);

    public void Remove(int group) => Tell('-', group);

    /// <summary>Kills the groups that were added and not removed.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Tell(char sign, int group)
    {
        try
        {
            lock (_lock)
            {
                _process.StandardInput.WriteLine($"{sign} {group}");
            }
        }
        catch (IOException)
        {
            // Somebody killed the guardian. Containers still die with the platform itself, and are swept at its next start.
        }
    }
}
