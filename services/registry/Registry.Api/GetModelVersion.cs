using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Protos.Registry.V1;

namespace Platform.Registry.Api;

/// <summary>One version with the aliases that point to it now.</summary>
internal sealed class GetModelVersion(Transactions<RegistryDbContext> transactions)
{
    public async Task<ModelVersion> RunAsync(GetModelVersionRequest request, CancellationToken cancellation)
    {
        new Problems().RequireModel(request.Model).RequireVersion(request.Version).Refuse();
        return await transactions.ReadAsync(
            async database => await Versions.ToProtoAsync(database, await Versions.RequireAsync(database, request.Model, request.Version, cancellation), cancellation), cancellation);
    }
}
