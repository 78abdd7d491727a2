using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Protos.Datasets.V1;

namespace Platform.Datasets.Api;

/// <summary>A pinned dataset by its digest.</summary>
internal sealed class GetDataset(Transactions<DatasetsDbContext> transactions)
{
    public async Task<Dataset> RunAsync(GetDatasetRequest request, CancellationToken cancellation)
    {
        new Problems().RequireDigest(request.Digest, "digest").Refuse();
        var row = await transactions.ReadAsync(database => database.Datasets.SingleOrDefaultAsync(row => row.Digest == request.Digest, cancellation), cancellation);
        return ProtoJson.Read<Dataset>(row?.Document) ?? throw Refusal.NotFound($"There is no dataset {request.Digest}.");
    }
}
