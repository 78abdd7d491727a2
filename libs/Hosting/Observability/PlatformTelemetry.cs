using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Platform.Hosting.Observability;

/// <summary>Traces and metrics: scraped at /metrics always, sent by OTLP when OTEL_EXPORTER_OTLP_ENDPOINT names a collector.</summary>
internal static class PlatformTelemetry
{
    public const string SourceName = "Platform";

    public static readonly ActivitySource Activities = new(SourceName);

    public static readonly Meter Meter = new(SourceName);

    public static void AddPlatformTelemetry(this IHostApplicationBuilder builder, string name)
    {
        var exports = !string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService($"platform-{name}"))
            .WithTracing(tracing =>
            {
                tracing.AddSource(SourceName, $"{SourceName}.*", "MassTransit").AddAspNetCoreInstrumentation().AddHttpClientInstrumentation();
                if (exports) tracing.AddOtlpExporter();
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(SourceName, $"{SourceName}.*", "MassTransit").AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation().AddPrometheusExporter();
                if (exports) metrics.AddOtlpExporter();
            });
    }
}
