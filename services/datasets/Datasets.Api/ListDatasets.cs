using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Protos.Datasets.V1;

namespace Platform.Datasets.Api;

/// <summary>Pinned datasets, the newest first.</summary>
internal sealed class ListDatasets(Transactions<DatasetsDbContext> transactions)
{
    public async Task<ListDatasetsResponse> RunAsync(ListDatasetsRequest request, CancellationToken cancellation)
    {
        var problems = new Problems();
        var page = Page.Read(request.PageSize, request.PageToken, problems);
        var before = page.AfterNumber(problems) ?? long.MaxValue;
        problems.Refuse();
        var rows = await transactions.ReadAsync(
            database => database.Datasets.Where(row => row.Sequence < before).OrderByDescending(row => row.Sequence).Take(page.Size + 1).ToListAsync(cancellation), cancellation);
        var next = page.TakeNext(rows, row => row.Sequence);
        return new ListDatasetsResponse { Datasets = { rows.Select(row => ProtoJson.Read<Dataset>(row.Document)!) }, NextPageToken = next };
    }
}
