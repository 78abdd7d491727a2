using System.Diagnostics;
using Platform.LocalCluster.Kubelet.Limits;

namespace Platform.LocalCluster.Kubelet.Processes;

/// <summary>
/// A child in a session of its own, so that it and all it starts are signalled together. It dies with the platform
/// (the kernel kills it, the guardian its group), and nothing that it started outlives it.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    private static readonly string? SetSession = Executables.FindInPath("setsid", Environment.GetEnvironmentVariable("PATH"));
    private static readonly string? SetPrivileges = Executables.FindInPath("setpriv", Environment.GetEnvironmentVariable("PATH"));

    private readonly Process _process;
    private readonly string _mark;
    private readonly TimeProvider _time;
    private readonly Guardian _guardian;
    private readonly string? _gate;

    private ChildProcess(Process process, string mark, Guardian guardian, string? gate, TimeProvider time)
    {
        (_process, _mark, _guardian, _gate, _time) = (process, mark, guardian, gate, time);
        Id = process.Id;
    }

    /// <summary>The process's id, and that of its session.</summary>
    public int Id { get; }

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Error => _process.StandardError.BaseStream;

    public static async Task<ChildProcess> StartAsync(ProcessLaunch launch, TimeProvider time)
    {
        var executable = Executables.Resolve(launch.Command[0], launch.WorkingFolder, launch.Environment.GetValueOrDefault("PATH"));
        if (SetSession is null)
        {
            throw new CannotStartException("setsid is not on the PATH; install util-linux.");
        }

        List<string> command = [SetSession];
        if (SetPrivileges is not null)
        {
            command.AddRange([SetPrivileges, "--pdeathsig", "KILL"]);
        }

        using var gate = launch.Group is { } group ? LaunchGate.Close(group.GateFolder) : null;
        command.AddRange([.. gate?.Prefix ?? [], executable, .. launch.Command.Skip(1)]);
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = launch.WorkingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[ProcessTable.MarkVariable] = launch.Mark;
        var guardian = await Guardian.Shared;
        var process = await LaunchThread.RunAsync(() => Process.Start(start)!);
        guardian.Add(process.Id);
        process.StandardInput.Close();
        var child = new ChildProcess(process, launch.Mark, guardian, gate?.File, time);
        await child.LimitAsync(launch);
        return child;
    }

    /// <summary>Waits for the end of the process and removes what it left behind.</summary>
    /// <returns>The exit code; 128 + n when signal n ended it.</returns>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        _guardian.Remove(Id);
        await ProcessTable.SweepAsync(_mark, _time);
        if (_gate is not null)
        {
            File.Delete(_gate);
        }

        return _process.ExitCode;
    }

    public void Signal(int signal)
    {
        // After its end the id may belong to another process.
        if (!_process.HasExited)
        {
            Signals.SendToGroup(Id, signal);
        }
    }

    public void Dispose() => _process.Dispose();

    private async Task LimitAsync(ProcessLaunch launch)
    {
        ProcessLimits.Apply(Id, launch.Group is null ? launch.Limits.Memory : null);
        try
        {
            launch.Group?.Cgroup.Add(Id);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without its limits it does not run: it still waits at the gate.
            Signal(Signals.Kill);
            await WaitAsync();
            Dispose();
            throw new CannotStartException($"the process could not be put into its control group: {failure.Message}");
        }
    }
}
