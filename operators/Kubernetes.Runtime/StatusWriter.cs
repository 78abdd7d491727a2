using k8s;
using k8s.Models;

namespace Platform.Kubernetes.Runtime;

/// <summary>Writes the status subresource: only when it changed, never over a status that somebody else wrote meanwhile.</summary>
public sealed class StatusWriter<T, TStatus>(ResourceApi<T> api)
    where T : class, IKubernetesObject<V1ObjectMeta>, IStatus<TStatus>
{
    private const int Attempts = 5;

    /// <summary>
    /// Stores <paramref name="status"/>, computed from <paramref name="observed"/>. When labels or finalizers moved the
    /// version meanwhile it reads again and retries; when the spec or the status moved, the conflict is the caller's:
    /// what it computed is out of date.
    /// </summary>
    /// <returns>Whether anything was written.</returns>
    /// <exception cref="ApiStatusException">409 when the spec or the status moved; 404 when the object is gone.</exception>
    public async Task<bool> WriteAsync(T observed, TStatus status, CancellationToken cancellation)
    {
        var before = KubernetesJson.Serialize(observed.Status!);
        if (KubernetesJson.Serialize(status!) == before) return false;
        var target = observed;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var copy = KubernetesJson.Deserialize<T>(KubernetesJson.Serialize(target));
                copy.Status = status;
                await api.ReplaceAsync(copy, cancellation, "status");
                return true;
            }
            catch (ApiStatusException refused) when (refused.IsConflict && attempt < Attempts)
            {
                var fresh = await api.GetAsync(ObjectKey.Of(observed), cancellation);
                if (fresh is null || fresh.Metadata.Uid != observed.Metadata.Uid || fresh.Metadata.Generation != observed.Metadata.Generation) throw;
                if (KubernetesJson.Serialize(fresh.Status!) != before) throw;
                target = fresh;
            }
        }
    }
}
