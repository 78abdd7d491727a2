using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Platform.FineTune.Api.V1Alpha1;

namespace Platform.Local.Hosting;

/// <summary>Installs the platform's CRDs into an API server and waits until they are served.</summary>
public static class CustomResources
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task InstallAsync(IKubernetes kubernetes, CancellationToken cancellation)
    {
        var assembly = typeof(CustomResources).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("crds/", StringComparison.Ordinal)))
        {
            await using var stream = assembly.GetManifestResourceStream(name)!;
            var wanted = await KubernetesYaml.LoadFromStreamAsync<V1CustomResourceDefinition>(stream);
            await ApplyAsync(kubernetes, wanted, cancellation);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        while (!await IsServedAsync(kubernetes, limit.Token)) await Task.Delay(Pause, limit.Token);
    }

    private static async Task ApplyAsync(IKubernetes kubernetes, V1CustomResourceDefinition wanted, CancellationToken cancellation)
    {
        try
        {
            var known = await kubernetes.ApiextensionsV1.ReadCustomResourceDefinitionAsync(wanted.Name(), cancellationToken: cancellation);
            wanted.Metadata.ResourceVersion = known.ResourceVersion();
            await kubernetes.ApiextensionsV1.ReplaceCustomResourceDefinitionAsync(wanted, wanted.Name(), cancellationToken: cancellation);
        }
        catch (HttpOperationException missing) when (missing.Response.StatusCode == HttpStatusCode.NotFound)
        {
            await kubernetes.ApiextensionsV1.CreateCustomResourceDefinitionAsync(wanted, cancellationToken: cancellation);
        }
    }

    private static async Task<bool> IsServedAsync(IKubernetes kubernetes, CancellationToken cancellation)
    {
        try
        {
            await kubernetes.CustomObjects.ListClusterCustomObjectAsync(FineTuneJob.ApiGroup, FineTuneJob.Version, FineTuneJob.Plural, limit: 1, cancellationToken: cancellation);
            return true;
        }
        catch (HttpOperationException soon) when (soon.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }
}
