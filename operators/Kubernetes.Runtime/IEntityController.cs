using k8s;
using k8s.Models;

namespace Platform.Kubernetes.Runtime;

/// <summary>Moves the world towards what an object asks for. Called again after every change and after every error.</summary>
public interface IEntityController<in T>
    where T : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Called with the object as it is stored now; never twice at a time for one object. An exception retries with back-off.</summary>
    Task<ReconciliationResult> ReconcileAsync(T entity, CancellationToken cancellation);

    /// <summary>Called once the object is gone, with its last known content. Not called for objects deleted while no operator ran.</summary>
    Task DeletedAsync(T entity, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>Cleans up before an object may go. Must end: an object is stuck while its finalizer is.</summary>
public interface IEntityFinalizer<in T>
    where T : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>The finalizer is taken off when this asks for no requeue.</summary>
    Task<ReconciliationResult> FinalizeAsync(T entity, CancellationToken cancellation);
}

/// <summary>When to look at an object again, besides after changes.</summary>
public readonly record struct ReconciliationResult(TimeSpan? RequeueAfter)
{
    public static readonly ReconciliationResult Done = new(null);

    public static ReconciliationResult After(TimeSpan delay) => new(delay);
}

/// <summary>Asks for a reconciliation from outside the watches, for example when a message says that something happened.</summary>
public interface IEntityRequeue<T>
    where T : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Calls within the delay count as one. False when no known object has this UID.</summary>
    bool Requeue(string uid, TimeSpan delay);
}
