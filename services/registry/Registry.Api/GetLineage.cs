using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Protos.Registry.V1;
using Artifact = Platform.Protos.Artifacts.V1.Artifact;

namespace Platform.Registry.Api;

/// <summary>What is known about a run, in the order in which it happened. Empty until its first event has arrived.</summary>
internal sealed class GetLineage(Transactions<RegistryDbContext> transactions)
{
    public async Task<Lineage> RunAsync(GetLineageRequest request, CancellationToken cancellation)
    {
        var problems = new Problems();
        var runId = problems.RequireRunId(request.RunId);
        problems.Refuse();
        var rows = await transactions.ReadAsync(database => database.Lineage.Where(row => row.RunId == runId).OrderBy(row => row.Time).ThenBy(row => row.Sequence).ToListAsync(cancellation), cancellation);
        return new Lineage { RunId = runId.ToString("D"), Entries = { rows.Select(View) } };
    }

    private static LineageEntry View(LineageRow row) => new()
    {
        Stage = row.Stage,
        Event = row.Urn,
        Artifact = row.Uri is null ? null : new Artifact { Uri = row.Uri, Sha256 = row.Sha256 ?? "", SizeBytes = row.SizeBytes ?? 0 },
        Time = row.Time.ToTimestamp(),
    };
}
