using System.Threading.Channels;
using k8s.Models;
using Platform.LocalCluster.Kubelet.Containers;
using Platform.LocalCluster.Kubelet.Logs;
using Platform.LocalCluster.Kubelet.Processes;
using Platform.LocalCluster.Kubelet.Volumes;

namespace Platform.LocalCluster.Kubelet.Pods;

/// <summary>
/// Runs one pod on one task: looks at what is wanted and what is there, takes the next step, tells the server, waits for
/// something to happen. Nothing else touches its state.
/// </summary>
public sealed partial class PodWorker
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan AfterKill = TimeSpan.FromMilliseconds(50);

    private readonly PodContext _context;
    private readonly ILogger _logger;
    private readonly List<ContainerSlot> _slots;
    private readonly VolumeFolders _volumes;
    private readonly ContainerStarter _starter;
    private readonly PodStatusWriter _writer;
    private readonly PodDeparture _departure = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly DateTimeOffset _startedAt;

    // Our own, not those of the last watch event: that may be older than what we wrote since.
    private IList<V1PodCondition> _conditions;

    private V1Pod _pod;
    private volatile V1Pod? _update;
    private volatile bool _isGone;
    private volatile bool _isShutdown;
    private bool _isReleased;
    private bool _isLetGo;
    private bool _hasEnded;
    private PodFailure? _failure;
    private DateTimeOffset? _volumesAt;
    private bool _volumesAreStale;

    public PodWorker(V1Pod pod, PodContext context)
    {
        (_pod, _context, _logger) = (pod, context, context.Logger);
        var folder = context.FolderOf(pod.Metadata.Uid);
        _slots =
        [
            .. (pod.Spec.InitContainers ?? []).Select(container => Slot(container, isInit: true)),
            .. pod.Spec.Containers.Select(container => Slot(container, isInit: false)),
        ];
        var fields = new DownwardFields(() => _pod, context.Allocatable, context.Options.NodeAddress!);
        _volumes = new VolumeFolders(
            pod, Path.Combine(folder, "volumes"), new ReferencedObjects(context.Client, pod.Metadata.NamespaceProperty), fields, context.Tokens);
        _starter = new ContainerStarter(context, pod, new ContainerLauncher(context, pod, _volumes, fields), Wake);
        _writer = new PodStatusWriter(context.Client);
        var now = context.Time.GetUtcNow();
        _startedAt = pod.Status?.StartTime is { } start ? new DateTimeOffset(start.ToUniversalTime()) : now;
        _conditions = pod.Status?.Conditions ?? [];
        PodRestore.Restore(pod, _slots, now);
        _hasEnded = pod.Status?.Phase is "Succeeded" or "Failed";
        if (!_hasEnded && pod.Spec.RestartPolicy == "Never" && _slots.Any(slot => slot.End is { IsDisruption: true }))
        {
            _failure = Stopped();
        }

        ContainerSlot Slot(V1Container container, bool isInit) =>
            new(container, isInit, new ContainerFolder(Path.Combine(folder, "containers", container.Name)))
            {
                Waiting = (pod.Spec.InitContainers is { Count: > 0 } ? "PodInitializing" : "ContainerCreating", null),
            };
    }

    public void Update(V1Pod pod)
    {
        _update = pod;
        Wake();
    }

    /// <summary>The object is no longer there.</summary>
    public void Remove()
    {
        _isGone = true;
        Wake();
    }

    /// <summary>The kubelet stops.</summary>
    public void BeginShutdown()
    {
        _isShutdown = true;
        Wake();
    }

    /// <summary>The log of a container, or why there is none.</summary>
    public LogLookup LogOf(string container, bool previous)
    {
        if (_slots.FirstOrDefault(slot => slot.Spec.Name == container) is not { } slot)
        {
            return LogLookup.NotFound($"container \"{container}\" in pod \"{_pod.Metadata.Name}\" is not available");
        }

        var attempt = slot.RestartCount - (previous ? 1 : 0);
        if (attempt < 0)
        {
            return LogLookup.Refused($"previous terminated container \"{container}\" in pod \"{_pod.Metadata.Name}\" not found");
        }

        return slot.Run is null && slot.End is null
            ? LogLookup.Refused($"container \"{container}\" in pod \"{_pod.Metadata.Name}\" is waiting to start: {slot.Waiting.Reason}")
            : LogLookup.Found(new LogReader(slot.Folder.Logs, attempt, () => slot.Run?.Attempt == attempt, _context.Time));
    }

    /// <summary>Completes when nothing of the pod is left to do here: it was deleted, or the kubelet stops.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            TimeSpan? again;
            try
            {
                again = await StepAsync();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // A pod that cannot be run for an unforeseen reason must not take the others down with it.
                LogStepFailed(_pod.Metadata.NamespaceProperty, _pod.Metadata.Name, failure);
                again = Retry;
            }

            if (_isReleased)
            {
                return;
            }

            await WaitAsync(again);
        }
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private async Task WaitAsync(TimeSpan? atMost)
    {
        using var stop = new CancellationTokenSource();
        var woken = _wake.Reader.ReadAsync(stop.Token).AsTask();
        var pause = TimeSpan.FromTicks(Math.Clamp((atMost ?? LongestPause).Ticks, 0, LongestPause.Ticks));
        await Task.WhenAny(woken, Task.Delay(pause, _context.Time, stop.Token));
        await stop.CancelAsync();
        await ((Task)woken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<TimeSpan?> StepAsync()
    {
        TakeUpdate();
        Reap();
        var now = _context.Time.GetUtcNow();
        var cause = CauseToLeave(now);
        if (cause is not Departure.None)
        {
            return await LeaveAsync(cause, now);
        }

        var again = _hasEnded || _failure is not null ? null : await AdvanceAsync();
        var told = await TellAsync(ending: false);
        return told ? Sooner(again, UntilDeadline(now)) : Retry;
    }

    private static TimeSpan? Sooner(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;

    private void TakeUpdate()
    {
        if (Interlocked.Exchange(ref _update, null) is { } update)
        {
            // Labels and annotations may lie in files.
            _volumesAreStale |= _pod.Metadata.ResourceVersion != update.Metadata.ResourceVersion && DownwardFields.Differ(_pod, update);
            _pod = update;
        }
    }

    private void Reap()
    {
        foreach (var slot in _slots.Where(slot => slot.Run?.End.IsCompleted == true))
        {
            slot.End = slot.Run!.End.Result;
            slot.Run = null;
            (slot.PassesStartup, slot.PassesReadiness) = (false, false);
            RestartDelay.Note(slot, _context.Options);
            if (slot is { IsInit: true, IsSidecar: false, HasSucceeded: true })
            {
                // Its GPUs are those of the containers after it.
                _context.Gpus.Release($"{_pod.Metadata.Uid}/{slot.Spec.Name}");
            }
        }
    }

    private Departure CauseToLeave(DateTimeOffset now)
    {
        var mains = _slots.Where(slot => !slot.IsInit).ToList();
        return _isGone ? Departure.Gone
            : _pod.Metadata.DeletionTimestamp is not null ? Departure.Deleted
            : _isShutdown ? Departure.Shutdown
            : !_hasEnded && UntilDeadline(now) <= TimeSpan.Zero ? Departure.DeadlineExceeded
            : _slots.Any(slot => slot.IsSidecar && slot.IsRunning)
                && mains.All(slot => slot.End is not null && !slot.IsRunning && !slot.MayRestart(_pod.Spec.RestartPolicy)) ? Departure.ContainersEnded
            : Departure.None;
    }

    private TimeSpan? UntilDeadline(DateTimeOffset now) =>
        _pod.Spec.ActiveDeadlineSeconds is { } seconds && !_hasEnded ? _startedAt + TimeSpan.FromSeconds(seconds) - now : null;

    private async Task<TimeSpan?> AdvanceAsync()
    {
        if (await _starter.MountAsync(_slots, _volumes, _volumesAreStale || _volumesAt is null || _context.Time.GetUtcNow() - _volumesAt > _context.Options.VolumeRefresh) is { } mounted)
        {
            _volumesAt = mounted ? _context.Time.GetUtcNow() : _volumesAt;
            _volumesAreStale &= !mounted;
        }

        if (_volumesAt is null)
        {
            return Retry;
        }

        TimeSpan? again = _pod.Spec.Volumes is { Count: > 0 } ? _context.Options.VolumeRefresh : null;
        foreach (var slot in _slots)
        {
            again = Sooner(again, await _starter.EnsureAsync(slot, _pod.Spec.RestartPolicy));
            if (slot is { IsInit: true, IsSidecar: false, HasSucceeded: false } or { IsSidecar: true, PassesStartup: false })
            {
                break;  // the next one waits for it
            }
        }

        return again;
    }

    private async Task<TimeSpan?> LeaveAsync(Departure cause, DateTimeOffset now)
    {
        if (_slots.Any(slot => slot.IsRunning))
        {
            _departure.Begin(_pod, cause, _context.Options.ShutdownGrace, now);
            Stop(cause, now);
            return now >= _departure.KillAt ? AfterKill : _departure.KillAt - now;
        }

        return await FinishLeavingAsync(cause);
    }

    private void Stop(Departure cause, DateTimeOffset now)
    {
        foreach (var slot in _slots.Where(slot => slot.IsRunning))
        {
            if (cause is Departure.Shutdown)
            {
                slot.Run!.MarkDisruption();
            }

            if (now >= _departure.KillAt)
            {
                slot.Run!.Signal(Signals.Kill);
            }
        }

        foreach (var slot in PodDeparture.Next(_slots).Where(slot => _departure.Asks(slot)))
        {
            if (cause is not Departure.Gone)
            {
                _context.Events.Normal(_pod, "Killing", $"Stopping container {slot.Spec.Name}", ContainerStarter.FieldPath(slot));
            }

            _ = LifecycleHooks.StopAsync(_context, _pod, slot, slot.Run!, _departure.KillAt - now);
        }
    }

    private async Task<TimeSpan?> FinishLeavingAsync(Departure cause)
    {
        switch (cause)
        {
            case Departure.Gone:
                Forget();
                _isReleased = true;
                return null;
            case Departure.Deleted:
                // Once: what still holds the object after that is a finalizer, and no concern of the kubelet.
                _isLetGo = _isLetGo || (await TellAsync(ending: true) && await _writer.ReleaseAsync(_pod, CancellationToken.None));
                return _isLetGo ? null : Retry;
            case Departure.Shutdown:
                if (!_hasEnded && _pod.Spec.RestartPolicy == "Never" && _slots.Any(slot => slot.End is { IsDisruption: true, ExitCode: not 0 }))
                {
                    _failure ??= Stopped();
                }

                // Not told: the records on disk say the same when the kubelet starts again.
                await TellAsync(ending: _failure is not null);
                _isReleased = true;
                return null;
            case Departure.DeadlineExceeded:
                _failure ??= new PodFailure("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
                return await TellAsync(ending: true) ? null : Retry;
            default:
                return await TellAsync(ending: false) ? null : Retry;
        }
    }

    private async Task<bool> TellAsync(bool ending)
    {
        if (_hasEnded)
        {
            return true;
        }

        var neverStarted = ending && _slots.Where(slot => !slot.IsInit).Any(slot => slot.End is null && !slot.IsRunning);
        var failure = _failure ?? (neverStarted ? new PodFailure("", "") : null);
        var status = PodStatusBuilder.Build(
            _pod, _slots, _conditions, _startedAt, ending || _failure is not null, failure is { Reason: "" } ? null : failure, _context.Options.NodeAddress!.ToString(), _context.Time.GetUtcNow());
        status.Phase = failure is null ? status.Phase : "Failed";
        _conditions = status.Conditions;
        var told = await _writer.WriteAsync(_pod, status, CancellationToken.None);
        if (told && status.Phase is "Succeeded" or "Failed" && !_slots.Any(slot => slot.IsRunning))
        {
            _hasEnded = true;
            _context.Gpus.Release(_pod.Metadata.Uid);
        }

        return told;
    }

    private void Forget()
    {
        _context.Gpus.Release(_pod.Metadata.Uid);
        _context.Tokens.Forget(_pod.Metadata.Uid);
        PodFolders.Delete(_context.FolderOf(_pod.Metadata.Uid));
    }

    private static PodFailure Stopped() =>
        new("Terminated", "Pod was terminated in response to imminent node shutdown.", IsDisruption: true);

    [LoggerMessage(LogLevel.Warning, "Pod {Namespace}/{Name} could not be brought forward and will be tried again")]
    private partial void LogStepFailed(string @namespace, string name, Exception failure);
}
