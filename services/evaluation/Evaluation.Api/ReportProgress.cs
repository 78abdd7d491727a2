using Grpc.Core;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Hosting.Runs;
using Platform.Hosting.Security;
using Platform.Protos.Evaluation.V1;

namespace Platform.Evaluation.Api;

/// <summary>Takes a worker's report. One that arrives late or twice never moves a run backwards.</summary>
internal sealed class ReportProgress(Transactions<EvaluationDbContext> transactions, RunTokens tokens)
{
    private const int LongestActivity = 200;

    public async Task<ReportProgressResponse> RunAsync(ReportProgressRequest request, ServerCallContext context)
    {
        var problems = new Problems();
        var runId = problems.RequireRun(request.RunId, request.SpecDigest);
        problems.Require(request.Percent is >= 0 and <= 100, $"percent is {request.Percent}; it must lie in 0..100.");
        problems.Require(request.Activity.Length <= LongestActivity, $"activity has {request.Activity.Length} characters; it must have at most {LongestActivity}.");
        problems.Refuse();
        tokens.Require(context, runId, EvaluationRuns.Stage);
        await transactions.RunAsync(
            async database =>
            {
                var run = await database.RequireAsync(runId, request.SpecDigest, context.CancellationToken);
                if (run.State != RunStates.Running || ProtoJson.Read<ReportProgressRequest>(run.Progress)?.Percent > request.Percent) return;
                run.Progress = ProtoJson.Write(request);
            },
            context.CancellationToken);
        return new ReportProgressResponse();
    }
}
