using Platform.Contracts.Training.V1;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Hosting.Runs;
using Platform.Protos.Artifacts.V1;
using Platform.Protos.Training.V1;

namespace Platform.Training.Api;

/// <summary>
/// Records how a run ended. The first success is final; a failure gives way to a later success of the same spec, because the operator may
/// have tried again.
/// </summary>
internal sealed class CompleteRun(Transactions<TrainingDbContext> transactions, RunGauges gauges, TimeProvider time)
{
    public async Task<TrainingRun> RunAsync(CompleteRunRequest request, CancellationToken cancellation)
    {
        var result = request.Result ?? throw Refusal.InvalidArgument("result is missing; it must be the worker's TrainingResult.");
        var problems = new Problems();
        var runId = problems.RequireRun(result.RunId, result.SpecDigest, "result.");
        problems.Require(result.OutcomeCase != TrainingResult.OutcomeOneofCase.None, "result has neither a checkpoint nor a failure.");
        if (result.Checkpoint is { } checkpoint)
        {
            var (artifact, field) = (ArtifactOf(checkpoint), checkpoint.Model is null ? "adapter" : "model");
            problems.RequireDigest(artifact?.Sha256 ?? "", $"result.checkpoint.{field}.sha256");
            problems.Require(Uri.TryCreate(artifact?.Uri, UriKind.Absolute, out _), $"result.checkpoint.{field}.uri is '{artifact?.Uri}'; it must look like s3://bucket/folder/.");
        }
        problems.Refuse();
        gauges.End(runId);
        var now = time.Now();
        return await transactions.RunAsync(
            async database =>
            {
                var run = await database.RequireAsync(runId, result.SpecDigest, cancellation);
                var state = result.Checkpoint is null ? RunStates.Failed : RunStates.Succeeded;
                if (run.State == RunStates.Succeeded || run.State == state) return run.ToProto();
                (run.State, run.Result, run.EndTime) = (state, ProtoJson.Write(result), now);
                if (result.Checkpoint is { } done) await database.TellAsync(Completed(run, done, now), cancellation);
                else await database.TellAsync(Failed(run, result, now), cancellation);
                return run.ToProto();
            },
            cancellation);
    }

    private static Artifact? ArtifactOf(Checkpoint checkpoint) => checkpoint.Adapter ?? checkpoint.Model;

    private static TrainingCompleted Completed(StageRunRow run, Checkpoint checkpoint, DateTimeOffset now) => new()
    {
        RunId = run.RunId,
        Key = run.EventKey(),
        OccurredAt = now,
        SpecDigest = run.SpecDigest,
        Checkpoint = new Uri(ArtifactOf(checkpoint)!.Uri),
        CheckpointDigest = ArtifactOf(checkpoint)!.Sha256,
        Steps = checkpoint.Steps,
    };

    private static TrainingFailed Failed(StageRunRow run, TrainingResult result, DateTimeOffset now) => new()
    {
        RunId = run.RunId,
        Key = run.EventKey(),
        OccurredAt = now,
        SpecDigest = run.SpecDigest,
        Reason = result.Failure.Reason,
        Message = result.Failure.Message,
    };
}
