using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Protos.Registry.V1;

namespace Platform.Registry.Api;

/// <summary>Models by name, with their aliases.</summary>
internal sealed class ListModels(Transactions<RegistryDbContext> transactions)
{
    public async Task<ListModelsResponse> RunAsync(ListModelsRequest request, CancellationToken cancellation)
    {
        var problems = new Problems();
        var page = Page.Read(request.PageSize, request.PageToken, problems);
        problems.Refuse();
        var after = page.After ?? "";
        return await transactions.ReadAsync(
            async database =>
            {
                var rows = await database.Models.Where(row => row.Name.CompareTo(after) > 0).OrderBy(row => row.Name).Take(page.Size + 1).ToListAsync(cancellation);
                var next = page.TakeNext(rows, row => row.Name);
                var names = rows.Select(row => row.Name).ToList();
                var aliases = (await database.Aliases.Where(alias => names.Contains(alias.Model)).ToListAsync(cancellation)).ToLookup(alias => alias.Model);
                return new ListModelsResponse { Models = { rows.Select(row => View(row, aliases[row.Name])) }, NextPageToken = next };
            },
            cancellation);
    }

    private static Model View(ModelRow row, IEnumerable<AliasRow> aliases)
    {
        var model = new Model { Name = row.Name, LatestVersion = row.LatestVersion };
        foreach (var alias in aliases) model.Aliases[alias.Alias] = alias.Version;
        return model;
    }
}
