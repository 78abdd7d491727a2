using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Protos.Training.V1;

namespace Platform.Training.Api;

/// <summary>Runs, the last started first.</summary>
internal sealed class ListRuns(Transactions<TrainingDbContext> transactions)
{
    public async Task<ListRunsResponse> RunAsync(ListRunsRequest request, CancellationToken cancellation)
    {
        var problems = new Problems();
        var page = Page.Read(request.PageSize, request.PageToken, problems);
        var before = page.AfterNumber(problems) ?? long.MaxValue;
        problems.Refuse();
        var runs = await transactions.ReadAsync(
            database => database.Runs.Where(run => run.Sequence < before).OrderByDescending(run => run.Sequence).Take(page.Size + 1).ToListAsync(cancellation), cancellation);
        var next = page.TakeNext(runs, run => run.Sequence);
        return new ListRunsResponse { Runs = { runs.Select(run => run.ToProto()) }, NextPageToken = next };
    }
}
