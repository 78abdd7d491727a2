using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Platform.Artifacts;
using Platform.Hosting.Bus;
using Platform.Hosting.Dapr;
using Platform.Hosting.Grpc;
using Platform.Hosting.Health;
using Platform.Hosting.Observability;
using Platform.Hosting.OpenApi;
using Platform.Hosting.Options;
using Platform.Hosting.Security;
using Platform.Hosting.Sources;

namespace Platform.Hosting;

/// <summary>What every service has in common. Several services may share one process: call both methods once, then add each service.</summary>
public static class PlatformDefaults
{
    /// <summary>Adds health, telemetry, logs, validated options, gRPC with JSON routes, the bus and the artifact store.</summary>
    /// <param name="name">The service's name in traces, metrics and queue names, for example <c>datasets</c>.</param>
    public static IHostApplicationBuilder AddPlatformDefaults(this IHostApplicationBuilder builder, string name)
    {
        builder.Configuration.Sources.Insert(0, new ListenDefaults());
        builder.AddDaprSecrets();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddPlatformOptions(name);
        builder.AddPlatformLogs();
        builder.AddPlatformTelemetry(name);
        builder.AddPlatformHealth();
        builder.AddPlatformGrpc();
        builder.AddPlatformBus();
        builder.Services.AddSingleton(services => ArtifactStores.Open(services.Value().S3));
        builder.Services.AddSingleton(services => RunTokens.FromConfiguration(services.Value().RunTokenKey));
        builder.Services.AddSingleton(services => new FileUris(services.Value()));
        builder.Services.AddSingleton<SourceFiles>();
        return builder;
    }

    /// <summary>Maps health, metrics and the OpenAPI document.</summary>
    public static WebApplication MapPlatformDefaults(this WebApplication app)
    {
        app.MapPlatformHealth();
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapOpenApiDocument();
        return app;
    }
}
