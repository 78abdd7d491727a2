using Platform.Contracts.Evaluation.V1;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Hosting.Runs;
using Platform.Protos.Evaluation.V1;

namespace Platform.Evaluation.Api;

/// <summary>
/// Records how a run ended. The first success is final; a failure gives way to a later success of the same spec, because the operator may
/// have tried again.
/// </summary>
internal sealed class CompleteRun(Transactions<EvaluationDbContext> transactions, TimeProvider time)
{
    public async Task<EvaluationRun> RunAsync(CompleteRunRequest request, CancellationToken cancellation)
    {
        var result = request.Result ?? throw Refusal.InvalidArgument("result is missing; it must be the worker's EvaluationResult.");
        var problems = new Problems();
        var runId = problems.RequireRun(result.RunId, result.SpecDigest, "result.");
        problems.Require(result.OutcomeCase != EvaluationResult.OutcomeOneofCase.None, "result has neither a scorecard nor a failure.");
        problems.Refuse();
        var now = time.Now();
        return await transactions.RunAsync(
            async database =>
            {
                var run = await database.RequireAsync(runId, result.SpecDigest, cancellation);
                var state = result.Scorecard is null ? RunStates.Failed : RunStates.Succeeded;
                if (run.State == RunStates.Succeeded || run.State == state) return run.ToProto();
                (run.State, run.Result, run.EndTime) = (state, ProtoJson.Write(result), now);
                if (result.Scorecard is { } scorecard) await database.TellAsync(Completed(run, scorecard, now), cancellation);
                return run.ToProto();
            },
            cancellation);
    }

    private static EvaluationCompleted Completed(StageRunRow run, Scorecard scorecard, DateTimeOffset now) => new()
    {
        RunId = run.RunId,
        Key = $"{run.RunId:D}/{EvaluationRuns.Stage}/{run.SpecDigest}",
        OccurredAt = now,
        SpecDigest = run.SpecDigest,
        Scores = scorecard.Scores.Count,
    };
}
