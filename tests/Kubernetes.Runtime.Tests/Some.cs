using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Kubernetes.Runtime.Tests;

internal static class Some
{
    public static V1ConfigMap ConfigMap(string name, string value = "") => new()
    {
        ApiVersion = "v1",
        Kind = "ConfigMap",
        Metadata = new() { Name = name, NamespaceProperty = "team" },
        Data = new Dictionary<string, string> { ["value"] = value },
    };

    public static async Task<V1ConfigMap> StoredAsync(this ApiDouble.ApiDouble api, V1ConfigMap entity) =>
        await new ResourceApi<V1ConfigMap>(api.Client()).CreateAsync(entity, CancellationToken.None);

    public static OperatorOptions Options() => new()
    {
        Name = "test-operator",
        LeaderElection = false,
        FirstRetry = TimeSpan.FromMilliseconds(1),
        LongestRetry = TimeSpan.FromMilliseconds(50),
    };

    public static IHost Host(ApiDouble.ApiDouble api, Action<OperatorBuilder> register, Action<OperatorOptions>? configure = null, TimeProvider? time = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(api.Client());
        if (time is not null) builder.Services.AddSingleton(time);
        register(builder.Services.AddOperator((options, _) =>
        {
            var defaults = Options();
            (options.Name, options.LeaderElection, options.FirstRetry, options.LongestRetry) = (defaults.Name, defaults.LeaderElection, defaults.FirstRetry, defaults.LongestRetry);
            configure?.Invoke(options);
        }));
        return builder.Build();
    }
}
