using Platform.Contracts.Training.V1;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Hosting.Runs;
using Platform.Protos.Training.V1;

namespace Platform.Training.Api;

/// <summary>Records that the operator started a run; the same run and spec again change nothing.</summary>
internal sealed class StartRun(Transactions<TrainingDbContext> transactions, TimeProvider time)
{
    public async Task<TrainingRun> RunAsync(StartRunRequest request, CancellationToken cancellation)
    {
        var spec = request.Spec ?? throw Refusal.InvalidArgument("spec is missing; it must be the TrainingSpec that the worker gets.");
        var problems = new Problems();
        var runId = problems.RequireRun(spec.RunId, spec.SpecDigest, "spec.");
        problems.RequireJob(request.Job).Refuse();
        var now = time.Now();
        return await transactions.RunAsync(
            async database =>
            {
                var (run, _) = await database.StartAsync(runId, spec.SpecDigest, request.Job, now, cancellation);
                await database.TellAsync(new TrainingStarted { RunId = runId, Key = run.EventKey(), OccurredAt = run.StartTime, SpecDigest = run.SpecDigest, Job = run.Job }, cancellation);
                return run.ToProto();
            },
            cancellation);
    }
}
