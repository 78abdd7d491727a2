using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Platform.LocalCluster.Controllers.Namespaces;

/// <summary>
/// What every namespace holds from its start: the service account `default` and the config map `kube-root-ca.crt`. Who
/// deletes or changes them gets them back.
/// </summary>
public sealed partial class NamespaceContents
{
    private const string AccountName = "default";
    private const string CertificateName = "kube-root-ca.crt";

    private readonly IKubernetes _client;
    private readonly string? _rootCertificate;
    private readonly ILogger _logger;
    private readonly ObjectWatch<V1Namespace> _namespaces;
    private readonly ObjectWatch<V1ServiceAccount> _accounts;
    private readonly ObjectWatch<V1ConfigMap> _certificates;
    private readonly WorkQueue<string> _queue;

    /// <param name="rootCertificate">The PEM text that clients in pods trust; null: no config map is made.</param>
    public NamespaceContents(IKubernetes client, string? rootCertificate, TimeProvider time, ILogger<NamespaceContents> logger)
    {
        (_client, _rootCertificate, _logger) = (client, rootCertificate, logger);
        _namespaces = new ObjectWatch<V1Namespace>(client, ResourceType.Namespaces, time, logger);
        _accounts = new ObjectWatch<V1ServiceAccount>(
            client, ResourceType.ServiceAccounts, time, logger, $"metadata.name={AccountName}");
        _certificates = new ObjectWatch<V1ConfigMap>(
            client, ResourceType.ConfigMaps, time, logger, $"metadata.name={CertificateName}");
        _queue = new WorkQueue<string>(time);
        _namespaces.Changed += (_, after) => Add(after?.Metadata.Name);
        _accounts.Changed += (before, after) => Add((after ?? before)?.Metadata.NamespaceProperty);
        _certificates.Changed += (before, after) => Add((after ?? before)?.Metadata.NamespaceProperty);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        var watches = Task.WhenAll(_namespaces.RunAsync(stopping), _accounts.RunAsync(stopping), _certificates.RunAsync(stopping));
        await _queue.RunAsync(2, FillAsync, (name, failure) => LogRetry(name, failure.Message), stopping);
        await watches;
    }

    private void Add(string? name)
    {
        if (name is not null)
        {
            _queue.Add(name);
        }
    }

    private async Task FillAsync(string name, CancellationToken cancel)
    {
        if (_namespaces.Find(new ObjectKey("", name)) is not { Metadata.DeletionTimestamp: null })
        {
            return;
        }

        try
        {
            if (_accounts.Find(new ObjectKey(name, AccountName)) is null)
            {
                await CreateOnceAsync(() => _client.CoreV1.CreateNamespacedServiceAccountAsync(
                    new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = AccountName } }, name, cancellationToken: cancel));
            }

            await FillCertificateAsync(name, cancel);
        }
        catch (HttpOperationException failure) when (failure.IsNotFound() || failure.IsForbidden())
        {
            // The namespace is gone or going.
        }
    }

    private async Task FillCertificateAsync(string name, CancellationToken cancel)
    {
        if (_rootCertificate is null)
        {
            return;
        }

        var existing = _certificates.Find(new ObjectKey(name, CertificateName));
        if (existing is null)
        {
            var certificate = new V1ConfigMap
            {
                Metadata = new V1ObjectMeta { Name = CertificateName },
                Data = new Dictionary<string, string> { ["ca.crt"] = _rootCertificate },
            };
            await CreateOnceAsync(() => _client.CoreV1.CreateNamespacedConfigMapAsync(certificate, name, cancellationToken: cancel));
        }
        else if (existing.Data?.TryGetValue("ca.crt", out var text) != true || text != _rootCertificate)
        {
            var patch = new { data = new Dictionary<string, string> { ["ca.crt"] = _rootCertificate } };
            await _client.CoreV1.PatchNamespacedConfigMapAsync(
                new V1Patch(patch, V1Patch.PatchType.MergePatch), CertificateName, name, cancellationToken: cancel);
        }
    }

    private static async Task CreateOnceAsync(Func<Task> create)
    {
        try
        {
            await create();
        }
        catch (HttpOperationException failure) when (failure.IsConflict())
        {
            // It is there already; the watch will say so.
        }
    }

    [LoggerMessage(LogLevel.Debug, "The namespace {Name} will be filled again: {Failure}")]
    private partial void LogRetry(string name, string failure);
}
