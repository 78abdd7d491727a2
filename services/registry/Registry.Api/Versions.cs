using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Grpc;
using Platform.Protos.Registry.V1;

namespace Platform.Registry.Api;

/// <summary>Stored versions as callers see them.</summary>
internal static class Versions
{
    public static async Task<ModelVersion> ToProtoAsync(RegistryDbContext database, VersionRow row, CancellationToken cancellation)
    {
        var aliases = await database.Aliases.Where(alias => alias.Model == row.Model && alias.Version == row.Version).Select(alias => alias.Alias).ToListAsync(cancellation);
        return row.ToProto(aliases);
    }

    public static ModelVersion ToProto(this VersionRow row, IEnumerable<string> aliases)
    {
        var version = ProtoJson.Read<ModelVersion>(row.Document)!;
        version.Aliases.AddRange(aliases.Order(StringComparer.Ordinal));
        return version;
    }

    /// <exception cref="global::Grpc.Core.RpcException">NOT_FOUND.</exception>
    public static async Task<VersionRow> RequireAsync(RegistryDbContext database, string model, int version, CancellationToken cancellation) =>
        await database.Versions.SingleOrDefaultAsync(row => row.Model == model && row.Version == version, cancellation)
        ?? throw Refusal.NotFound($"There is no version {version} of the model '{model}'.");
}
