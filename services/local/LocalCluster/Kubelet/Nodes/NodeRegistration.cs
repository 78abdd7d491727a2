using k8s;
using k8s.Autorest;
using k8s.Models;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Kubelet.Logs;

namespace Platform.LocalCluster.Kubelet.Nodes;

/// <summary>Makes the node known and keeps it alive: the Node object, its status, its lease.</summary>
public sealed partial class NodeRegistration(
    IKubernetes client, ProcessKubeletOptions options, GpuPool gpus, Func<(int Port, string Fingerprint)> logs, TimeProvider time, ILogger logger)
{
    private const string LeaseNamespace = "kube-node-lease";
    private const int LeaseSeconds = 40;

    private static readonly TimeSpan BetweenStatuses = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, ResourceQuantity> _capacity = Machine.Capacity(gpus.Count, options.RootFolder);

    public IReadOnlyDictionary<string, decimal> Allocatable =>
        _capacity.ToDictionary(entry => entry.Key, entry => entry.Value.ToDecimal());

    public async Task RunAsync(CancellationToken stopping)
    {
        DateTimeOffset statusDue = default;
        var pause = TimeSpan.FromMilliseconds(200);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (time.GetUtcNow() >= statusDue)
                {
                    await WriteNodeAsync(isReady: true, stopping);
                    statusDue = time.GetUtcNow() + BetweenStatuses;
                }

                // A node that somebody deleted is made again.
                if (!await RenewLeaseAsync(stopping))
                {
                    statusDue = default;
                    continue;
                }

                pause = options.LeaseRenewal;
            }
            catch (Exception failure) when (ApiFailures.IsTransient(failure, stopping))
            {
                LogUnreachable(failure.Message);
                statusDue = default;
                pause = TimeSpan.FromSeconds(1);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Says that the node is going, so that nothing is bound to it any more.</summary>
    public async Task LeaveAsync(CancellationToken cancel)
    {
        try
        {
            await WriteNodeAsync(isReady: false, cancel);
        }
        catch (Exception failure) when (ApiFailures.IsTransient(failure, CancellationToken.None))
        {
            LogUnreachable(failure.Message);  // the lease runs out by itself
        }
    }

    private async Task WriteNodeAsync(bool isReady, CancellationToken cancel)
    {
        var node = await FindAsync(cancel) ?? await client.CoreV1.CreateNodeAsync(
            new V1Node { Metadata = new V1ObjectMeta { Name = options.NodeName, Labels = Labels(), Annotations = Annotations() }, Spec = new V1NodeSpec() }, cancellationToken: cancel);
        if (!Holds(node.Metadata.Labels, Labels()) || !Holds(node.Metadata.Annotations, Annotations()))
        {
            var metadata = new V1Patch(new { metadata = new { labels = Labels(), annotations = Annotations() } }, V1Patch.PatchType.MergePatch);
            node = await client.CoreV1.PatchNodeAsync(metadata, options.NodeName, cancellationToken: cancel);
        }

        var status = new V1NodeStatus
        {
            Capacity = _capacity,
            Allocatable = _capacity,
            Conditions = NodeConditions.For(isReady, node.Status?.Conditions, Timestamps.Now(time)),
            Addresses =
            [
                new V1NodeAddress { Type = "InternalIP", Address = options.NodeAddress!.ToString() },
                new V1NodeAddress { Type = "Hostname", Address = options.NodeName },
            ],
            DaemonEndpoints = new V1NodeDaemonEndpoints { KubeletEndpoint = new V1DaemonEndpoint { Port = logs().Port } },
            NodeInfo = Machine.Describe(options.KubeletVersion),
        };
        await client.CoreV1.PatchNodeStatusAsync(
            new V1Patch(new { status }, V1Patch.PatchType.MergePatch), options.NodeName, cancellationToken: cancel);
    }

    private static bool Holds(IDictionary<string, string>? has, Dictionary<string, string> wanted) =>
        wanted.All(entry => has?.TryGetValue(entry.Key, out var value) == true && value == entry.Value);

    private Dictionary<string, string> Annotations() => new() { [NodeCertificate.FingerprintAnnotation] = logs().Fingerprint };

    private Dictionary<string, string> Labels() => new(options.NodeLabels)
    {
        ["kubernetes.io/hostname"] = options.NodeName,
        ["kubernetes.io/os"] = "linux",
        ["kubernetes.io/arch"] = Machine.ArchitectureName,
    };

    private async Task<V1Node?> FindAsync(CancellationToken cancel)
    {
        try
        {
            return await client.CoreV1.ReadNodeAsync(options.NodeName, cancellationToken: cancel);
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            return null;
        }
    }

    /// <returns>False when the node itself is gone.</returns>
    private async Task<bool> RenewLeaseAsync(CancellationToken cancel)
    {
        if (await FindAsync(cancel) is not { } node)
        {
            return false;
        }

        var spec = new V1LeaseSpec
        {
            HolderIdentity = options.NodeName,
            LeaseDurationSeconds = LeaseSeconds,
            RenewTime = Timestamps.Micro(time),
        };
        try
        {
            await client.CoordinationV1.PatchNamespacedLeaseAsync(
                new V1Patch(new { spec }, V1Patch.PatchType.MergePatch), options.NodeName, LeaseNamespace, cancellationToken: cancel);
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            await CreateLeaseAsync(node, spec, cancel);
        }

        return true;
    }

    private async Task CreateLeaseAsync(V1Node node, V1LeaseSpec spec, CancellationToken cancel)
    {
        var lease = new V1Lease
        {
            Metadata = new V1ObjectMeta
            {
                Name = options.NodeName,
                OwnerReferences = [new V1OwnerReference { ApiVersion = "v1", Kind = "Node", Name = node.Metadata.Name, Uid = node.Metadata.Uid }],
            },
            Spec = spec,
        };
        try
        {
            await client.CoordinationV1.CreateNamespacedLeaseAsync(lease, LeaseNamespace, cancellationToken: cancel);
        }
        catch (HttpOperationException failure) when (failure.IsNotFound())
        {
            await client.CoreV1.CreateNamespaceAsync(
                new V1Namespace { Metadata = new V1ObjectMeta { Name = LeaseNamespace } }, cancellationToken: cancel);
            await client.CoordinationV1.CreateNamespacedLeaseAsync(lease, LeaseNamespace, cancellationToken: cancel);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The node could not be reported: {Failure}")]
    private partial void LogUnreachable(string failure);
}
