using System.Collections.Concurrent;
using k8s;
using k8s.Models;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Kubelet.Containers;
using Platform.LocalCluster.Kubelet.Limits;
using Platform.LocalCluster.Kubelet.Logs;
using Platform.LocalCluster.Kubelet.Nodes;
using Platform.LocalCluster.Kubelet.Pods;
using Platform.LocalCluster.Kubelet.Processes;
using Platform.LocalCluster.Kubelet.Volumes;

namespace Platform.LocalCluster.Kubelet;

/// <summary>
/// A node whose containers are processes of this machine. It needs an API server, its own or any other, and nothing
/// else: no root, no container runtime, and also no isolation. It is for development and for single machines.
/// </summary>
public sealed partial class ProcessKubelet : IHostedService, IAsyncDisposable
{
    private readonly ProcessKubeletOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ObjectWatch<V1Pod> _pods;
    private readonly NodeRegistration _node;
    private readonly EventRecorder _events;
    private readonly LogEndpoint _logs;
    private readonly PodContext _context;
    private readonly ConcurrentDictionary<string, (PodWorker Worker, Task Run, V1Pod Pod)> _workers = new();
    private readonly CancellationTokenSource _stopping = new();
    private FileStream? _lock;
    private Task _loops = Task.CompletedTask;
    private readonly Lock _admission = new();
    private bool _isClosed;
    private bool _isSynced;

    public ProcessKubelet(IKubernetes client, ProcessKubeletOptions options, ILoggerFactory loggers, TimeProvider? time = null)
    {
        options.RootFolder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.RootFolder));
        UnixFiles.CreateFolder(options.RootFolder);
        options.NodeAddress ??= Machine.AddressTowards(client.BaseUri);
        (_options, _time) = (options, time ?? TimeProvider.System);
        _logger = loggers.CreateLogger<ProcessKubelet>();
        var gpus = new GpuPool(options.Gpus);
        _node = new NodeRegistration(client, options, gpus, () => (_logs!.Port, _logs.Fingerprint), _time, _logger);
        _events = new EventRecorder(client, "kubelet", _time, _logger) { Host = options.NodeName };
        _logs = new LogEndpoint(options, new LogAccess(client, options.NodeName), FindLog, _time);
        _context = new PodContext(
            client, options, new ImageCatalog(options), gpus, new ServiceAccountTokens(client, _time), _node.Allocatable, _events, _time, _logger);
        _pods = new ObjectWatch<V1Pod>(client, ResourceType.Pods, _time, _logger, $"spec.nodeName={options.NodeName}");
        _pods.Changed += OnPod;
    }

    /// <summary>The port of the log endpoint, once started.</summary>
    public int LogPort => _logs.Port;

    /// <exception cref="IOException">Another kubelet uses the root folder.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _lock = TakeFolder();
        // Whatever ran under an earlier kubelet that could not end it: it has no master any more.
        var leftovers = await ProcessTable.SweepAsync(_context.Mark, _time);
        if (leftovers > 0)
        {
            LogSwept(leftovers);
        }

        if (_options.UsesCgroups)
        {
            _context.Cgroups = CgroupTree.Open(_options.CgroupFolder, _options.RootFolder, _time, out var problem);
            LogLimits(_context.Cgroups is null ? $"watching processes, because {problem}" : "control groups");
        }

        await _logs.StartAsync(cancellationToken);
        _loops = Task.WhenAll(
            _pods.RunAsync(_stopping.Token), _node.RunAsync(_stopping.Token), _events.RunAsync(_stopping.Token), ForgetFoldersAsync());
    }

    /// <summary>Ends all containers, each with its grace period up to the longest allowed, and leaves the node not ready.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _node.LeaveAsync(cancellationToken);
        await Task.WhenAll(BeginShutdown());
        await _stopping.CancelAsync();
        await _loops;
        await ProcessTable.SweepAsync(_context.Mark, _time);
        await _logs.DisposeAsync();
        _lock?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await StopAsync(now.Token);
        _stopping.Dispose();
    }

    /// <summary>From now on no pod gets a worker any more, also not one whose own has just ended.</summary>
    private List<Task> BeginShutdown()
    {
        lock (_admission)
        {
            _isClosed = true;
            foreach (var (worker, _, _) in _workers.Values)
            {
                worker.BeginShutdown();
            }

            return [.. _workers.Values.Select(entry => entry.Run)];
        }
    }

    private FileStream TakeFolder()
    {
        var file = Path.Combine(_options.RootFolder, "lock");
        try
        {
            return UnixFiles.Open(file, FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException failure)
        {
            throw new IOException(
                $"Another platform runs pods in {_options.RootFolder}. Stop it, or start this one with another folder.", failure);
        }
    }

    private void OnPod(V1Pod? before, V1Pod? after)
    {
        if (after is null)
        {
            if (_workers.TryGetValue(before!.Metadata.Uid, out var entry))
            {
                entry.Worker.Remove();
            }

            return;
        }

        lock (_admission)
        {
            if (_workers.TryGetValue(after.Metadata.Uid, out var known))
            {
                _workers[after.Metadata.Uid] = known with { Pod = after };
                known.Worker.Update(after);
            }
            else if (!_isClosed)
            {
                var worker = new PodWorker(after, _context);
                _workers[after.Metadata.Uid] = (worker, Task.Run(() => RunAsync(worker, after.Metadata.Uid)), after);
            }
        }
    }

    private async Task RunAsync(PodWorker worker, string uid)
    {
        await worker.RunAsync();
        lock (_admission)
        {
            _workers.TryRemove(uid, out _);
        }
    }

    private async Task ForgetFoldersAsync()
    {
        await _pods.Synced.WaitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_isSynced && _pods.Synced.IsCompletedSuccessfully)
        {
            _isSynced = true;
            PodFolders.DeleteOthers(_options.RootFolder, _workers.Keys.ToHashSet());
        }
    }

    private LogLookup FindLog(string space, string pod, string container, bool previous) => _workers.Values
        .Where(entry => entry.Pod.Metadata.NamespaceProperty == space && entry.Pod.Metadata.Name == pod)
        .MaxBy(entry => entry.Pod.Metadata.CreationTimestamp)  // one that is going may have had the same name
        .Worker?.LogOf(container, previous) ?? LogLookup.NotFound($"pod \"{pod}\" in namespace \"{space}\" is not on this node");

    [LoggerMessage(LogLevel.Information, "Resource limits are enforced by {Means}")]
    private partial void LogLimits(string means);

    [LoggerMessage(LogLevel.Warning, "Killed {Count} processes that an earlier run of the platform left behind")]
    private partial void LogSwept(int count);
}
