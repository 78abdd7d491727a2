using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Platform.LocalCluster.Controllers.Namespaces;

/// <summary>Empties a namespace that is being deleted, says in its conditions what remains, and lets it go when nothing does.</summary>
public sealed partial class NamespaceController
{
    private const string Finalizer = "kubernetes";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    private readonly IKubernetes _client;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResourceCatalog _catalog;
    private readonly ObjectAccess _objects;
    private readonly ObjectWatch<V1Namespace> _namespaces;
    private readonly WorkQueue<string> _queue;

    public NamespaceController(IKubernetes client, TimeProvider time, ILogger<NamespaceController> logger)
    {
        (_client, _time, _logger) = (client, time, logger);
        _catalog = new ResourceCatalog(client);
        _objects = new ObjectAccess(client);
        _namespaces = new ObjectWatch<V1Namespace>(client, ResourceType.Namespaces, time, logger);
        _queue = new WorkQueue<string>(time);
        _namespaces.Changed += (_, after) =>
        {
            if (after?.Metadata.DeletionTimestamp is not null)
            {
                _queue.Add(after.Metadata.Name);
            }
        };
    }

    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(
        _namespaces.RunAsync(stopping),
        _queue.RunAsync(4, EmptyAsync, (name, failure) => LogRetry(name, failure.Message), stopping));

    private async Task EmptyAsync(string name, CancellationToken cancel)
    {
        if (await FindAsync(name, cancel) is not { Metadata.DeletionTimestamp: not null } space
            || space.Spec?.Finalizers?.Contains(Finalizer) != true)
        {
            return;
        }

        var remains = await DeleteContentsAsync(name, cancel);
        if (remains.Count > 0)
        {
            await ReportAsync(space, remains, cancel);
            _queue.AddAfter(name, BetweenLooks);
            return;
        }

        space.Spec.Finalizers = [.. space.Spec.Finalizers.Where(finalizer => finalizer != Finalizer)];
        try
        {
            await _client.CoreV1.ReplaceNamespaceFinalizeAsync(space, name, cancellationToken: cancel);
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            // Gone.
        }
        catch (HttpOperationException failure) when (failure.IsConflict())
        {
            _queue.Add(name);
        }
    }

    private async Task<List<Remaining>> DeleteContentsAsync(string name, CancellationToken cancel)
    {
        var kinds = (await _catalog.ReadAsync(cancel)).Where(resource => resource.Namespaced).Distinct();
        List<Remaining> remains = [];
        // Pods first, so that nothing runs on without the secrets and config maps it was given; events last,
        // as the deletions make new ones.
        foreach (var resource in kinds.OrderBy(resource => resource.Plural switch { "pods" => 0, "events" => 2, _ => 1 }))
        {
            foreach (var item in await _objects.ListAsync(resource, name, cancel))
            {
                if (item.Metadata.DeletionTimestamp is null)
                {
                    await _objects.DeleteAsync(resource, ObjectKey.Of(item), new V1DeleteOptions
                    {
                        PropagationPolicy = "Background",
                        Preconditions = new V1Preconditions { Uid = item.Metadata.Uid },
                    }, cancel);
                }
            }

            var left = await _objects.ListAsync(resource, name, cancel);
            if (left.Count > 0)
            {
                remains.Add(new Remaining(resource, left));
            }

            if (resource.Plural == "pods" && left.Count > 0)
            {
                break;
            }
        }

        return remains;
    }

    private async Task ReportAsync(V1Namespace space, List<Remaining> remains, CancellationToken cancel)
    {
        var conditions = NamespaceConditions.For(remains, space.Status?.Conditions ?? [], Timestamps.Now(_time));
        if (KubernetesJson.Serialize(conditions) == KubernetesJson.Serialize(space.Status?.Conditions ?? []))
        {
            return;
        }

        space.Status ??= new V1NamespaceStatus { Phase = "Terminating" };
        space.Status.Conditions = conditions;
        try
        {
            await _client.CoreV1.ReplaceNamespaceStatusAsync(space, space.Metadata.Name, cancellationToken: cancel);
        }
        catch (HttpOperationException failure) when (failure.IsConflict() || failure.IsNotFound())
        {
            // The next look reports again.
        }
    }

    private async Task<V1Namespace?> FindAsync(string name, CancellationToken cancel)
    {
        try
        {
            return await _client.CoreV1.ReadNamespaceAsync(name, cancellationToken: cancel);
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Debug, "The namespace {Name} will be emptied again: {Failure}")]
    private partial void LogRetry(string name, string failure);
}

/// <summary>What a namespace still holds of one kind.</summary>
public sealed record Remaining(ResourceType Resource, IReadOnlyList<ObjectMetadata> Items);
