using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Platform.Hosting.Dapr;
using Platform.Hosting.Options;

namespace Platform.Hosting;

/// <summary>Typed gRPC clients of the platform's services.</summary>
public static class PlatformClients
{
    /// <summary>
    /// Adds <typeparamref name="TClient"/>, which calls through the Dapr sidecar when DAPR_GRPC_PORT is set and straight to
    /// SERVICES__&lt;SERVICE&gt; otherwise. Calls that never reached the service are repeated.
    /// </summary>
    /// <param name="service">The service's name, for example <c>datasets</c>.</param>
    public static IHttpClientBuilder AddPlatformClient<TClient>(this IServiceCollection services, string service) where TClient : ClientBase<TClient>
    {
        services.Require((_, configuration) => Address(configuration, service) is null
            ? $"SERVICES__{service.ToUpperInvariant()} is '{configuration[Key(service)]}'; it must be the service's gRPC address, for example http://{service}:8081."
            : null);
        return services
            .AddGrpcClient<TClient>((provider, client) =>
            {
                client.Address = Address(provider.GetRequiredService<IConfiguration>(), service);
                client.ChannelOptionsActions.Add(channel => channel.ServiceConfig = Retries);
            })
            .AddInterceptor(provider => new DaprSidecar.Invocation(DaprSidecar.Address(provider.GetRequiredService<IConfiguration>()) is null ? null : service));
    }

    private static string Key(string service) => $"SERVICES:{service.ToUpperInvariant()}";

    private static Uri? Address(IConfiguration configuration, string service) => DaprSidecar.Address(configuration)
        ?? (Uri.TryCreate(configuration[Key(service)], UriKind.Absolute, out var address) && address.Scheme is ("http" or "https") ? address : null);

    private static ServiceConfig Retries => new()
    {
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { MethodName.Default },
                RetryPolicy = new RetryPolicy
                {
                    MaxAttempts = 4,
                    InitialBackoff = TimeSpan.FromMilliseconds(200),
                    MaxBackoff = TimeSpan.FromSeconds(3),
                    BackoffMultiplier = 2,
                    RetryableStatusCodes = { StatusCode.Unavailable },
                },
            },
        },
    };
}
