using k8s;
using Platform.LocalCluster.Tests.ApiServer;

namespace Platform.LocalCluster.Tests.Controllers;

/// <summary>
/// A client whose process dies with its n-th write, or right after it: that write is not sent, or its answer is not
/// heard, and nothing is heard or said ever after.
/// </summary>
internal sealed class MortalClient : DelegatingHandler
{
    private readonly int _writes;
    private readonly bool _lastIsSent;
    private readonly CancellationTokenSource _death = new();
    private int _seen;

    private MortalClient(int writes, bool lastIsSent) => (_writes, _lastIsSent) = (writes, lastIsSent);

    /// <summary>Cancelled with the death of the process.</summary>
    public CancellationToken Death => _death.Token;

    public static (Kubernetes Client, MortalClient Life) Create(RunningServer server, int writes, bool lastIsSent)
    {
        var life = new MortalClient(writes, lastIsSent);
        return (new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(server.Kubeconfig), life), life);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isEvent = request.RequestUri!.AbsolutePath.Contains("/events", StringComparison.Ordinal);
        var isLast = request.Method != HttpMethod.Get && !isEvent && Interlocked.Increment(ref _seen) == _writes;
        if (isLast && !_lastIsSent)
        {
            await _death.CancelAsync();
        }

        _death.Token.ThrowIfCancellationRequested();
        var answer = await base.SendAsync(request, cancellationToken);
        if (isLast)
        {
            await _death.CancelAsync();
        }

        if (_death.IsCancellationRequested)
        {
            answer.Dispose();
            throw new OperationCanceledException(_death.Token);
        }

        return answer;
    }
}
