using System.Collections.Concurrent;
using System.Text;
using k8s;
using k8s.Models;

namespace Platform.LocalCluster.Kubelet.Volumes;

/// <summary>Service-account tokens bound to their pod, asked for again after four fifths of their life, and daily.</summary>
public sealed class ServiceAccountTokens(IKubernetes client, TimeProvider time)
{
    private static readonly TimeSpan LongestUse = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<(string Pod, string Audience, string Path), (byte[] Token, DateTimeOffset RenewAt)> _tokens = new();

    public async Task<byte[]> GetAsync(V1Pod pod, V1ServiceAccountTokenProjection projection, CancellationToken cancel)
    {
        var key = (pod.Metadata.Uid, projection.Audience ?? "", projection.Path);
        var now = time.GetUtcNow();
        if (_tokens.TryGetValue(key, out var known) && now < known.RenewAt)
        {
            return known.Token;
        }

        var seconds = projection.ExpirationSeconds ?? 3600;
        var request = new Authenticationv1TokenRequest
        {
            Spec = new V1TokenRequestSpec
            {
                Audiences = string.IsNullOrEmpty(projection.Audience) ? [] : [projection.Audience],
                ExpirationSeconds = seconds,
                BoundObjectRef = new V1BoundObjectReference
                {
                    ApiVersion = "v1",
                    Kind = "Pod",
                    Name = pod.Metadata.Name,
                    Uid = pod.Metadata.Uid,
                },
            },
        };
        var issued = await client.CoreV1.CreateNamespacedServiceAccountTokenAsync(
            request, pod.Spec.ServiceAccountName ?? "default", pod.Metadata.NamespaceProperty, cancellationToken: cancel);
        var token = Encoding.UTF8.GetBytes(issued.Status.Token);
        // The server may grant another time than was asked for.
        var life = issued.Status.ExpirationTimestamp is { } end ? new DateTimeOffset(end.ToUniversalTime()) - now : TimeSpan.FromSeconds(seconds);
        _tokens[key] = (token, now + (life * 0.8 < LongestUse ? life * 0.8 : LongestUse));
        return token;
    }

    public void Forget(string podUid)
    {
        foreach (var key in _tokens.Keys.Where(key => key.Pod == podUid))
        {
            _tokens.TryRemove(key, out _);
        }
    }
}
