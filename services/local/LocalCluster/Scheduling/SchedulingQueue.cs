using k8s.Models;
using Platform.LocalCluster.Controllers;

namespace Platform.LocalCluster.Scheduling;

/// <summary>
/// Pods to look at: the most important first, of equals the oldest. Importance orders the queue and no more: a pod that runs
/// is never ended for one that waits (there is no preemption).
/// </summary>
public sealed class SchedulingQueue
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, V1Pod> _pods = [];

    /// <summary>All at once: none of them is taken before the others are in line.</summary>
    public void Add(params IEnumerable<V1Pod> pods)
    {
        lock (_lock)
        {
            foreach (var pod in pods)
            {
                _pods[ObjectKey.Of(pod)] = pod;
            }
        }
    }

    /// <returns>Null when nobody waits.</returns>
    public ObjectKey? Take()
    {
        lock (_lock)
        {
            if (_pods.Count == 0)
            {
                return null;
            }

            var (key, _) = _pods.OrderByDescending(entry => entry.Value.Spec.Priority ?? 0).ThenBy(entry => entry.Value.Metadata.CreationTimestamp).First();
            _pods.Remove(key);
            return key;
        }
    }
}
