using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Hosting;

namespace Platform.ServiceTesting;

/// <summary>Services as they run in production, in this process, on free ports, with embedded parts unless told otherwise.</summary>
public sealed class ServiceHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private ServiceHost(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList(); // in the order of their names: Grpc, Http
        _channel = GrpcChannel.ForAddress(addresses[0]);
        GrpcAddress = addresses[0];
        Http = new HttpClient { BaseAddress = new Uri(addresses[1]) };
    }

    public string GrpcAddress { get; }

    /// <summary>Speaks JSON to the services.</summary>
    public HttpClient Http { get; }

    public CallInvoker Grpc => _channel.CreateCallInvoker();

    public IServiceProvider Services => _app.Services;

    /// <param name="folder">Holds databases and artifacts; the same folder again is the same service started again.</param>
    /// <param name="configuration">Replaces embedded parts: BUS, DATABASE, S3 …</param>
    public static async Task<ServiceHost> StartAsync(
        string folder, Action<IHostApplicationBuilder> add, Action<WebApplication> map, IReadOnlyDictionary<string, string?>? configuration = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Testing", ContentRootPath = folder });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["BUS"] = "memory",
            ["DATABASE"] = Path.Combine(folder, "data"),
            ["S3"] = $"file:{Path.Combine(folder, "store")}",
            ["RUN_TOKEN_KEY"] = Convert.ToBase64String(new byte[32]),
            ["PLATFORM_ROOT"] = folder,
            ["ALLOW_FILE_URIS"] = "true",
            ["LOG_FORMAT"] = "simple",
            ["Logging:LogLevel:Default"] = "Error",
            ["Kestrel:Endpoints:Grpc:Url"] = "http://127.0.0.1:0",
            ["Kestrel:Endpoints:Http:Url"] = "http://127.0.0.1:0",
        });
        if (configuration is not null) builder.Configuration.AddInMemoryCollection(configuration);
        builder.AddPlatformDefaults("test");
        add(builder);
        var app = builder.Build();
        app.MapPlatformDefaults();
        map(app);
        await app.StartAsync();
        return new ServiceHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
