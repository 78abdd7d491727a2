using System.Collections.Concurrent;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Platform.LocalCluster.Controllers;

namespace Platform.LocalCluster.Scheduling;

/// <summary>
/// Binds the pods of `default-scheduler` to nodes with room for their requests. One pod at a time, and what was bound
/// counts at once: two pods never share the last free GPU. More important pods go first, and nobody is preempted.
/// </summary>
public sealed partial class LocalScheduler : BackgroundService
{
    private const string Name = "default-scheduler";

    private readonly IKubernetes _client;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ObjectWatch<V1Pod> _pods;
    private readonly ObjectWatch<V1Node> _nodes;
    private readonly SchedulingQueue _waiting = new();
    private readonly WorkQueue<string> _queue;
    private readonly EventRecorder _events;
    private readonly ConcurrentDictionary<string, (V1Pod Pod, string Node)> _assumed = new();

    public LocalScheduler(IKubernetes client, ILogger<LocalScheduler> logger, TimeProvider? time = null)
    {
        (_client, _logger, _time) = (client, logger, time ?? TimeProvider.System);
        _pods = new ObjectWatch<V1Pod>(client, ResourceType.Pods, _time, logger);
        _nodes = new ObjectWatch<V1Node>(client, ResourceType.Nodes, _time, logger);
        _queue = new WorkQueue<string>(_time);
        _events = new EventRecorder(client, Name, _time, logger);
        _pods.Changed += OnPod;
        _nodes.Changed += OnNode;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var watches = Task.WhenAll(_pods.RunAsync(stoppingToken), _nodes.RunAsync(stoppingToken), _events.RunAsync(stoppingToken));
        await Task.WhenAll(_pods.Synced, _nodes.Synced).WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _queue.RunAsync(1, (_, cancel) => ScheduleAllAsync(cancel), (_, failure) => LogRetry(failure.Message), stoppingToken);
        await watches;
    }

    private static bool IsWaiting(V1Pod pod) =>
        string.IsNullOrEmpty(pod.Spec.NodeName)
        && (pod.Spec.SchedulerName ?? Name) == Name
        && pod.Metadata.DeletionTimestamp is null
        && pod.Status?.Phase is null or "Pending"
        && (pod.Spec.SchedulingGates?.Count ?? 0) == 0;

    private static bool TakesRoom(V1Pod pod) => pod.Status?.Phase is not ("Succeeded" or "Failed");

    private void OnPod(V1Pod? before, V1Pod? after)
    {
        var pod = (after ?? before)!;
        if (after is not null && IsWaiting(after))
        {
            Add([after]);
            return;
        }

        _assumed.TryRemove(pod.Metadata.Uid, out _);
        if (after is null || !TakesRoom(after))
        {
            RetryWaiting();
        }
    }

    private void OnNode(V1Node? before, V1Node? after)
    {
        // A heartbeat alone makes no room.
        if (Capability(before) != Capability(after))
        {
            RetryWaiting();
        }
    }

    private static string Capability(V1Node? node) => node is null ? "" : KubernetesJson.Serialize(new
    {
        node.Metadata.Labels,
        node.Spec,
        node.Status?.Allocatable,
        Ready = node.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready")?.Status,
    });

    private void RetryWaiting() => Add(_pods.Objects.Where(IsWaiting));

    private void Add(IEnumerable<V1Pod> pods)
    {
        _waiting.Add(pods);
        _queue.Add(Name);
    }

    private async Task ScheduleAllAsync(CancellationToken cancel)
    {
        while (_waiting.Take() is { } key)
        {
            try
            {
                await ScheduleAsync(key, cancel);
            }
            catch
            {
                _waiting.Add(_pods.Find(key) is { } pod ? [pod] : []);
                throw;
            }
        }
    }

    private async Task ScheduleAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_pods.Find(key) is not { } pod || !IsWaiting(pod) || _assumed.ContainsKey(pod.Metadata.Uid))
        {
            return;
        }

        List<IReadOnlyList<NodeProblem>> problems = [];
        foreach (var node in _nodes.Objects
            .OrderByDescending(node => NodePreference.Of(pod, node)).ThenBy(LoadOf).ThenBy(node => node.Metadata.Name, StringComparer.Ordinal))
        {
            if (NodeFit.Problems(pod, node, UsedOn(node)) is { Count: > 0 } found)
            {
                problems.Add(found);
                continue;
            }

            await BindAsync(pod, node.Metadata.Name, cancel);
            return;
        }

        await RefuseAsync(pod, problems, cancel);
    }

    private int LoadOf(V1Node node) => BoundTo(node.Metadata.Name).Count();

    private IEnumerable<V1Pod> BoundTo(string node) => _pods.Objects
        .Where(pod => pod.Spec.NodeName == node && TakesRoom(pod))
        .Concat(_assumed.Values.Where(entry => entry.Node == node).Select(entry => entry.Pod))
        .DistinctBy(pod => pod.Metadata.Uid);

    private Dictionary<string, decimal> UsedOn(V1Node node)
    {
        Dictionary<string, decimal> used = [];
        foreach (var (name, amount) in BoundTo(node.Metadata.Name).SelectMany(PodResources.RequestsOf))
        {
            used[name] = used.GetValueOrDefault(name) + amount;
        }

        return used;
    }

    private async Task BindAsync(V1Pod pod, string node, CancellationToken cancel)
    {
        _assumed[pod.Metadata.Uid] = (pod, node);
        var binding = new V1Binding
        {
            Metadata = new V1ObjectMeta { Name = pod.Metadata.Name, NamespaceProperty = pod.Metadata.NamespaceProperty, Uid = pod.Metadata.Uid },
            Target = new V1ObjectReference { ApiVersion = "v1", Kind = "Node", Name = node },
        };
        try
        {
            await _client.CoreV1.CreateNamespacedPodBindingAsync(
                binding, pod.Metadata.Name, pod.Metadata.NamespaceProperty, cancellationToken: cancel);
            _events.Normal(pod, "Scheduled", $"Successfully assigned {pod.Metadata.NamespaceProperty}/{pod.Metadata.Name} to {node}");
        }
        catch (HttpOperationException failure) when (failure.IsNotFound() || failure.IsConflict())
        {
            // Gone, or bound by someone else: the watch tells which.
            _assumed.TryRemove(pod.Metadata.Uid, out _);
        }
        catch
        {
            _assumed.TryRemove(pod.Metadata.Uid, out _);
            throw;
        }
    }

    private async Task RefuseAsync(V1Pod pod, List<IReadOnlyList<NodeProblem>> problems, CancellationToken cancel)
    {
        var message = NodeProblem.Message(problems);
        var existing = pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "PodScheduled");
        if (existing is { Status: "False", Reason: "Unschedulable" } && existing.Message == message)
        {
            return;
        }

        _events.Warning(pod, "FailedScheduling", message);
        var condition = new V1PodCondition
        {
            Type = "PodScheduled",
            Status = "False",
            Reason = "Unschedulable",
            Message = message,
            LastTransitionTime = existing?.Status == "False" ? existing.LastTransitionTime : Timestamps.Now(_time),
        };
        var patch = new
        {
            metadata = new { uid = pod.Metadata.Uid },
            status = new { conditions = new[] { condition } },
        };
        try
        {
            await _client.CoreV1.PatchNamespacedPodStatusAsync(
                new V1Patch(patch, V1Patch.PatchType.StrategicMergePatch), pod.Metadata.Name, pod.Metadata.NamespaceProperty, cancellationToken: cancel);
        }
        catch (HttpOperationException failure) when (failure.IsNotFound() || failure.IsConflict())
        {
            // Gone or replaced.
        }
    }

    [LoggerMessage(LogLevel.Debug, "Scheduling will go on after a pause: {Failure}")]
    private partial void LogRetry(string failure);
}
