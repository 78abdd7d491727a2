using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Protos.Evaluation.V1;

namespace Platform.Evaluation.Api;

/// <summary>The newest record of a run.</summary>
internal sealed class GetRun(Transactions<EvaluationDbContext> transactions)
{
    public Task<EvaluationRun> RunAsync(GetRunRequest request, CancellationToken cancellation)
    {
        var problems = new Problems();
        var runId = problems.RequireRunId(request.RunId);
        problems.Refuse();
        return transactions.ReadAsync(async database => (await database.RequireLatestAsync(runId, cancellation)).ToProto(), cancellation);
    }
}
