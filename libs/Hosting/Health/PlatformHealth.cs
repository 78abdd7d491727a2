using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Platform.Hosting.Health;

/// <summary>/healthz/live says that the process runs, /healthz/ready and the gRPC health service that its database answers.</summary>
internal static class PlatformHealth
{
    public const string Ready = "ready";

    public static void AddPlatformHealth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks();
        builder.Services.AddGrpcHealthChecks(health => health.Services.Map("", check => check.Tags.Contains(Ready)));
    }

    public static void MapPlatformHealth(this WebApplication app)
    {
        app.MapHealthChecks("/healthz/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/healthz/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) });
        app.MapGrpcHealthChecksService();
    }
}
