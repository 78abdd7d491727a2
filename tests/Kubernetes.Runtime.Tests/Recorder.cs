using System.Collections.Concurrent;
using k8s.Models;

namespace Platform.Kubernetes.Runtime.Tests;

/// <summary>A controller and finalizer that write down what they are told and do what a test says.</summary>
internal sealed class Recorder : IEntityController<V1ConfigMap>, IEntityFinalizer<V1ConfigMap>
{
    private int _working;

    public ConcurrentQueue<string> Seen { get; } = new();
    public ConcurrentDictionary<string, string> Values { get; } = new();
    public int MostAtATime { get; private set; }
    public Func<V1ConfigMap, CancellationToken, Task<ReconciliationResult>> OnReconcile { get; set; } = (_, _) => Task.FromResult(ReconciliationResult.Done);
    public Func<V1ConfigMap, ReconciliationResult> OnFinalize { get; set; } = _ => ReconciliationResult.Done;

    public async Task<ReconciliationResult> ReconcileAsync(V1ConfigMap entity, CancellationToken cancellation)
    {
        MostAtATime = Math.Max(MostAtATime, Interlocked.Increment(ref _working));
        try
        {
            Seen.Enqueue(entity.Metadata.Name);
            Values[entity.Metadata.Name] = entity.Data?["value"] ?? "";
            return await OnReconcile(entity, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _working);
        }
    }

    public Task DeletedAsync(V1ConfigMap entity, CancellationToken cancellation)
    {
        Seen.Enqueue($"gone {entity.Metadata.Name}");
        Values.TryRemove(entity.Metadata.Name, out _);
        return Task.CompletedTask;
    }

    public Task<ReconciliationResult> FinalizeAsync(V1ConfigMap entity, CancellationToken cancellation)
    {
        Seen.Enqueue($"finalize {entity.Metadata.Name}");
        return Task.FromResult(OnFinalize(entity));
    }
}
