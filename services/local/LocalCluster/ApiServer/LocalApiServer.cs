using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.LocalCluster.Access;
using Platform.LocalCluster.Builtins;
using Platform.LocalCluster.CustomResources;
using Platform.LocalCluster.Handlers;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.ApiServer;

/// <summary>
/// An embedded Kubernetes API on loopback: TLS, a bearer token, a durable store. For development and single machines; access is
/// authenticated and not restricted any further.
/// </summary>
public sealed class LocalApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ObjectStore _store;
    private readonly CancellationTokenSource _stopping;
    private readonly Task[] _controllers;

    private LocalApiServer(WebApplication app, ObjectStore store, CancellationTokenSource stopping, Task[] controllers, string kubeconfig, Uri address)
    {
        (_app, _store, _stopping, _controllers) = (app, store, stopping, controllers);
        (Kubeconfig, Address) = (kubeconfig, address);
    }

    /// <summary>The path of the kubeconfig that was written.</summary>
    public string Kubeconfig { get; }

    public Uri Address { get; }

    /// <summary>Starts and returns once requests are answered; throws <see cref="IOException"/> when the folder or port is in use.</summary>
    public static async Task<LocalApiServer> StartAsync(LocalApiServerOptions options, TimeProvider? clock = null, CancellationToken cancellation = default)
    {
        clock ??= TimeProvider.System;
        var folder = Path.GetFullPath(options.DataFolder);
        PrivateFile.CreateFolder(folder);
        var store = new ObjectStore(Path.Combine(folder, "objects.db"));
        var stopping = new CancellationTokenSource();
        try
        {
            var cluster = new Cluster(store, new ResourceRegistry(BuiltinResources.All()), clock);
            var tokens = new TokenAuthority(folder, store, clock);
            var certificate = ServingCertificate.LoadOrCreate(folder, clock);
            await Bootstrap.EnsureAsync(cluster);
            var deletion = new ObjectDeletion(cluster);
            var definitions = new DefinitionController(cluster, deletion);
            definitions.Load();
            var dispatcher = new ApiDispatcher(cluster, tokens, deletion, stopping.Token);
            var app = await ListenAsync(folder, options.Port, certificate, dispatcher, cancellation);
            var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            PrivateFile.Create(Path.Combine(folder, "port"), System.Text.Encoding.ASCII.GetBytes(address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            var kubeconfig = Path.GetFullPath(options.KubeconfigPath ?? Path.Combine(folder, "kubeconfig"));
            ApiServer.Kubeconfig.Write(kubeconfig, $"https://127.0.0.1:{address.Port}", certificate.AuthorityPem, tokens.AdministratorToken);
            var logger = app.Services.GetRequiredService<ILogger<LocalApiServer>>();
            Task[] controllers =
            [
                ControllerLoop.RunAsync("definitions", definitions.RunAsync, logger, stopping.Token),
                ControllerLoop.RunAsync("namespaces", new NamespaceController(cluster, deletion, certificate.AuthorityPem).RunAsync, logger, stopping.Token),
                ControllerLoop.RunAsync("namespace contents", new NamespaceContents(cluster, certificate.AuthorityPem).RunAsync, logger, stopping.Token),
            ];
            return new LocalApiServer(app, store, stopping, controllers, kubeconfig, address);
        }
        catch
        {
            await store.DisposeAsync();
            stopping.Dispose();
            throw;
        }
    }

    /// <summary>Ends all watches, answers what is in flight, and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Task.WhenAll(_controllers);
        await _store.DisposeAsync();
        _stopping.Dispose();
    }

    private static async Task<WebApplication> ListenAsync(string folder, int port, ServingCertificate certificate, ApiDispatcher dispatcher, CancellationToken cancellation)
    {
        if (port == 0 && File.Exists(Path.Combine(folder, "port")) && int.TryParse(await File.ReadAllTextAsync(Path.Combine(folder, "port"), cancellation), out var last) && last is > 1023 and < 65536)
        {
            try
            {
                return await StartAsync(last, certificate, dispatcher, cancellation);
            }
            catch (IOException) // taken by someone else meanwhile: any free port does
            {
                return await StartAsync(0, certificate, dispatcher, cancellation);
            }
        }
        return await StartAsync(port, certificate, dispatcher, cancellation);
    }

    private static async Task<WebApplication> StartAsync(int port, ServingCertificate certificate, ApiDispatcher dispatcher, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Platform.LocalCluster" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // the handlers have their own limit, and their own answer
            kestrel.Limits.Http2.MaxStreamsPerConnection = 2000;
            kestrel.Limits.MinResponseDataRate = null; // watches are silent for long
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(certificate.Certificate));
        });
        var app = builder.Build();
        app.Run(dispatcher.HandleAsync);
        try
        {
            await app.StartAsync(cancellation);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }
}
