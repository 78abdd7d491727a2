using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Protos.Registry.V1;

namespace Platform.Registry.Api;

/// <summary>Points an alias to a version that exists.</summary>
internal sealed class SetAlias(Transactions<RegistryDbContext> transactions, TimeProvider time)
{
    public async Task<Alias> RunAsync(SetAliasRequest request, CancellationToken cancellation)
    {
        new Problems().RequireModel(request.Model).RequireAlias(request.Alias).RequireVersion(request.Version).Refuse();
        return await transactions.RunAsync(
            async database =>
            {
                var version = await Versions.RequireAsync(database, request.Model, request.Version, cancellation);
                await Aliases.MoveAsync(database, request.Model, request.Alias, request.Version, version.RunId, time.Now(), cancellation);
                await database.SaveChangesAsync(cancellation);
                return (await Aliases.FindAsync(database, request.Model, request.Alias, cancellation))!;
            },
            cancellation);
    }
}
