using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Protos.Registry.V1;

namespace Platform.Registry.Api;

/// <summary>Where an alias points, and where it pointed before.</summary>
internal sealed class GetAlias(Transactions<RegistryDbContext> transactions)
{
    public async Task<Alias> RunAsync(GetAliasRequest request, CancellationToken cancellation)
    {
        new Problems().RequireModel(request.Model).RequireAlias(request.Alias).Refuse();
        return await transactions.ReadAsync(database => Aliases.FindAsync(database, request.Model, request.Alias, cancellation), cancellation)
            ?? throw Refusal.NotFound($"The model '{request.Model}' has no alias '{request.Alias}'.");
    }
}
