using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Protos.Registry.V1;

namespace Platform.Registry.Api;

/// <summary>A model's versions, the newest first.</summary>
internal sealed class ListModelVersions(Transactions<RegistryDbContext> transactions)
{
    public async Task<ListModelVersionsResponse> RunAsync(ListModelVersionsRequest request, CancellationToken cancellation)
    {
        var problems = new Problems().RequireModel(request.Model);
        var page = Page.Read(request.PageSize, request.PageToken, problems);
        var before = page.AfterNumber(problems) ?? int.MaxValue;
        problems.Refuse();
        return await transactions.ReadAsync(
            async database =>
            {
                var rows = await database.Versions.Where(row => row.Model == request.Model && row.Version < before).OrderByDescending(row => row.Version).Take(page.Size + 1).ToListAsync(cancellation);
                var next = page.TakeNext(rows, row => row.Version);
                var aliases = (await database.Aliases.Where(alias => alias.Model == request.Model).ToListAsync(cancellation)).ToLookup(alias => alias.Version, alias => alias.Alias);
                return new ListModelVersionsResponse { Versions = { rows.Select(row => row.ToProto(aliases[row.Version])) }, NextPageToken = next };
            },
            cancellation);
    }
}
