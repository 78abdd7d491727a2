using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Tests.ApiServer;

namespace Platform.LocalCluster.Tests.Controllers;

/// <summary>An API server with its controllers, and no node: what pods do is up to the test.</summary>
public sealed class ControlledServer : IAsyncLifetime
{
    private RunningServer? _server;
    private LocalControllers? _controllers;

    public RunningServer Server => _server!;

    public Kubernetes Client => Server.Client;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        var options = new LocalControllersOptions();
        options.Jobs.PodBackOff = TimeSpan.FromMilliseconds(20);
        _controllers = await LocalControllers.StartAsync(Client, options, NullLoggerFactory.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _controllers!.StopAsync(CancellationToken.None);
        _controllers.Dispose();
        await Server.DisposeAsync();
    }
}
