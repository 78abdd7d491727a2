using Dapr.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Platform.Hosting.Dapr;

/// <summary>Configuration values kept in a Dapr secret store: DAPR_SECRET_STORE names the store, DAPR_SECRETS its entries, separated by commas.</summary>
internal static class DaprSecrets
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60); // the sidecar starts beside this process

    public static void AddDaprSecrets(this IHostApplicationBuilder builder)
    {
        var address = DaprSidecar.Address(builder.Configuration);
        if (address is null || builder.Configuration["DAPR_SECRET_STORE"] is not { Length: > 0 } store) return;
        var names = (builder.Configuration["DAPR_SECRETS"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        builder.Configuration.AddInMemoryCollection(ReadAsync(address, store, names).GetAwaiter().GetResult());
    }

    /// <summary>The keys and values of the named secrets, ready to be configuration.</summary>
    internal static async Task<Dictionary<string, string?>> ReadAsync(Uri address, string store, IReadOnlyList<string> names)
    {
        using var limit = new CancellationTokenSource(StartLimit);
        using var client = new DaprClientBuilder().UseGrpcEndpoint(address.ToString()).Build();
        Dictionary<string, string?> values = [];
        foreach (var name in names)
            foreach (var (key, value) in await ReadAsync(client, store, name, limit.Token)) values[key.Replace("__", ":")] = value;
        return values;
    }

    private static async Task<Dictionary<string, string>> ReadAsync(DaprClient client, string store, string name, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await client.GetSecretAsync(store, name, cancellationToken: cancellation);
            }
            catch (global::Dapr.DaprException exception) when (exception.InnerException is global::Grpc.Core.RpcException { StatusCode: global::Grpc.Core.StatusCode.Unavailable })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), cancellation);
            }
        }
    }
}
