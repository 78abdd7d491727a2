using Platform.LocalCluster.Kubelet.Limits;
using Platform.LocalCluster.Kubelet.Logs;
using Platform.LocalCluster.Kubelet.Processes;

namespace Platform.LocalCluster.Kubelet.Containers;

/// <summary>One attempt of a container: its process from start to end, its log, its memory limit.</summary>
public sealed class ContainerRun
{
    private const int LongestMessage = 4096;
    private const int LongestLogMessage = 2048;
    private const int LogMessageLines = 80;

    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    private readonly ChildProcess _process;
    private readonly ContainerFolder _folder;
    private readonly ProcessKubeletOptions _options;
    private readonly TimeProvider _time;
    private readonly bool _logsAreMessage;
    private int _stopBegun;
    private volatile bool _outOfMemory;
    private volatile bool _isDisruption;
    private volatile string? _reason;

    private ContainerRun(
        ChildProcess process, ContainerFolder folder, int attempt, ProcessLaunch launch, bool logsAreMessage, ProcessKubeletOptions options, TimeProvider time)
    {
        (_process, _folder, _options, _time) = (process, folder, options, time);
        (Attempt, _logsAreMessage, StartedAt) = (attempt, logsAreMessage, time.GetUtcNow());
        Launch = launch;
        End = FollowAsync();
    }

    public int Attempt { get; }

    public DateTimeOffset StartedAt { get; }

    public ProcessLaunch Launch { get; }

    public int ProcessId => _process.Id;

    /// <summary>Completes when the process and everything it started is gone and its end is on disk.</summary>
    public Task<ContainerEnd> End { get; }

    /// <exception cref="CannotStartException">There is nothing to start.</exception>
    public static async Task<ContainerRun> StartAsync(
        ProcessLaunch launch, ContainerFolder folder, int attempt, bool logsAreMessage, ProcessKubeletOptions options, TimeProvider time, CgroupTree? cgroups = null)
    {
        folder.Create();
        folder.WriteStart(attempt, time.GetUtcNow());
        ContainerCgroup? cgroup = null;
        try
        {
            cgroup = cgroups?.Create($"{Path.GetFileName(folder.Path)}-{Guid.NewGuid():N}", launch.Limits);
            launch = cgroup is null ? launch : launch with { Group = (cgroup, folder.Path) };
            var process = await ChildProcess.StartAsync(launch, time);
            return new ContainerRun(process, folder, attempt, launch, logsAreMessage, options, time);
        }
        catch (Exception failure) when (failure is CannotStartException or System.ComponentModel.Win32Exception || (failure is IOException or UnauthorizedAccessException && cgroups is not null))
        {
            await (cgroup?.RemoveAsync() ?? Task.CompletedTask);
            var now = time.GetUtcNow();
            folder.WriteEnd(attempt, new ContainerEnd(128, "StartError", failure.Message, now, now));
            throw new CannotStartException(failure.Message);
        }
    }

    /// <returns>True once: for the one who is to end it.</returns>
    public bool BeginStop() => Interlocked.Exchange(ref _stopBegun, 1) == 0;

    public void Signal(int signal) => _process.Signal(signal);

    /// <summary>What follows is the platform's doing; the end will say so.</summary>
    public void MarkDisruption() => _isDisruption = true;

    /// <summary>Gives the end another reason than Completed or Error.</summary>
    public void MarkReason(string reason) => _reason = reason;

    private async Task<ContainerEnd> FollowAsync()
    {
        using var log = new LogWriter(_folder.Logs, Attempt, _options, _time);
        using var ended = new CancellationTokenSource();
        var copies = Task.WhenAll(log.CopyAsync(_process.Output, "stdout"), log.CopyAsync(_process.Error, "stderr"));
        var memory = WatchMemoryAsync(ended.Token);
        var code = await _process.WaitAsync();
        await ended.CancelAsync();
        await memory;
        try
        {
            await copies.WaitAsync(DrainTime, _time);
        }
        catch (TimeoutException)
        {
            // Someone outside the container holds the pipe; what it writes is not the container's.
        }

        _process.Dispose();
        log.Dispose();
        await LeaveGroupAsync(code);
        var reason = _outOfMemory ? "OOMKilled" : _reason ?? (code == 0 ? "Completed" : "Error");
        var end = new ContainerEnd(code, reason, await MessageAsync(code), StartedAt, _time.GetUtcNow(), _isDisruption);
        _folder.WriteEnd(Attempt, end);
        return end;
    }

    private async Task LeaveGroupAsync(int code)
    {
        if (Launch.Group is var (cgroup, _))
        {
            _outOfMemory = code != 0 && cgroup.OutOfMemory;
            await cgroup.RemoveAsync();
        }
    }

    /// <summary>Where no group enforces the limit: a look at the processes every now and then.</summary>
    private async Task WatchMemoryAsync(CancellationToken ended)
    {
        while (Launch is { Group: null, Limits.Memory: { } limit } && !ended.IsCancellationRequested)
        {
            if (ProcessTable.MemoryOfSession(_process.Id) > limit)
            {
                _outOfMemory = true;
                _process.Signal(Signals.Kill);
                return;
            }

            await Task.Delay(_options.MemoryCheck, _time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string?> MessageAsync(int code)
    {
        var text = await ReadUpToAsync(_folder.TerminationLog, LongestMessage);
        if (text.Length > 0 || !_logsAreMessage || code == 0)
        {
            return text.Length > 0 ? text : null;
        }

        using var tail = new MemoryStream();
        await new LogReader(_folder.Logs, Attempt, () => false, _time)
            .CopyToAsync(tail, new LogQuery { TailLines = LogMessageLines }, CancellationToken.None);
        var log = System.Text.Encoding.UTF8.GetString(tail.ToArray());
        return log.Length > LongestLogMessage ? log[^LongestLogMessage..] : log;
    }

    private static async Task<string> ReadUpToAsync(string file, int bytes)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            var buffer = new byte[bytes];
            var count = await stream.ReadAtLeastAsync(buffer, bytes, throwOnEndOfStream: false);
            return System.Text.Encoding.UTF8.GetString(buffer, 0, count);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";  // the container removed it
        }
    }
}
