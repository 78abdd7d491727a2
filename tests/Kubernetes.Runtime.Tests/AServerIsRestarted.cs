using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.LocalCluster.ApiServer;

namespace Platform.Kubernetes.Runtime.Tests;

/// <summary>Against an API server over TLS, with real watches, credentials and resource versions.</summary>
public sealed class AServerIsRestarted : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("restart-");
    private readonly Recorder _recorder = new();
    private LocalApiServer? _server;
    private IHost? _host;

    [Fact]
    public async Task NoChangeBeforeWhileOrAfterIsLost()
    {
        using var user = Client();
        await user.CoreV1.CreateNamespacedConfigMapAsync(Mine("before", "1"), "default");
        await Eventually.HoldsAsync(() => _recorder.Values.GetValueOrDefault("before") == "1");
        await _server!.DisposeAsync();
        _server = await LocalApiServer.StartAsync(new LocalApiServerOptions { DataFolder = _folder.FullName });
        using var again = Client();
        await again.CoreV1.CreateNamespacedConfigMapAsync(Mine("after", "1"), "default");
        await again.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch("""{"data":{"value":"2"}}""", V1Patch.PatchType.MergePatch), "before", "default");
        await Eventually.HoldsAsync(() => _recorder.Values.GetValueOrDefault("before") == "2" && _recorder.Values.GetValueOrDefault("after") == "1");
        await again.CoreV1.DeleteNamespacedConfigMapAsync("before", "default");
        await Eventually.HoldsAsync(() => _recorder.Seen.Contains("gone before"));
    }

    [Fact]
    public async Task TheLeaseIsHeldAndHandedOver()
    {
        using var user = Client();
        await Eventually.HoldsAsync(() => user.CoordinationV1.ListNamespacedLease("default").Items.Any(lease => !string.IsNullOrEmpty(lease.Spec.HolderIdentity)));
        await _host!.StopAsync();
        Assert.Equal("", user.CoordinationV1.ReadNamespacedLease("restart-operator", "default").Spec.HolderIdentity ?? "");
    }

    public async ValueTask InitializeAsync()
    {
        _server = await LocalApiServer.StartAsync(new LocalApiServerOptions { DataFolder = _folder.FullName });
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IKubernetes>(Client());
        builder.Services.AddSingleton(_recorder);
        builder.Services.AddOperator((options, _) => (options.Name, options.Namespace) = ("restart-operator", "default")).AddController<Recorder, V1ConfigMap>();
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host!.StopAsync();
        _host.Dispose();
        await _server!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private k8s.Kubernetes Client() => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(_server!.Kubeconfig));

    private static V1ConfigMap Mine(string name, string value)
    {
        var entity = Some.ConfigMap(name, value);
        entity.Metadata.NamespaceProperty = "default";
        return entity;
    }
}
