using Platform.Contracts.Quantization.V1;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Hosting.Runs;
using Platform.Protos.Quantization.V1;

namespace Platform.Quantization.Api;

/// <summary>
/// Records how a run ended. The first success is final; a failure gives way to a later success of the same spec, because the operator may
/// have tried again.
/// </summary>
internal sealed class CompleteRun(Transactions<QuantizationDbContext> transactions, TimeProvider time)
{
    public async Task<QuantizationRun> RunAsync(CompleteRunRequest request, CancellationToken cancellation)
    {
        var result = request.Result ?? throw Refusal.InvalidArgument("result is missing; it must be the worker's QuantizationResult.");
        var problems = new Problems();
        var runId = problems.RequireRun(result.RunId, result.SpecDigest, "result.");
        for (var i = 0; i < result.Models.Count; i++)
        {
            problems.RequireDigest(result.Models[i].Artifact?.Sha256 ?? "", $"result.models[{i}].artifact.sha256");
            problems.Require(Uri.TryCreate(result.Models[i].Artifact?.Uri, UriKind.Absolute, out _), $"result.models[{i}].artifact.uri is '{result.Models[i].Artifact?.Uri}'; it must look like s3://bucket/folder/.");
            problems.Require(!string.IsNullOrEmpty(result.Models[i].Target?.Format), $"result.models[{i}].target.format is missing, e.g. 'nf4'.");
        }
        problems.Require(result.Failure is null || result.Models.Count == 0, "result has a failure and models; a worker that failed has no models.");
        problems.Refuse();
        var now = time.Now();
        return await transactions.RunAsync(
            async database =>
            {
                var run = await database.RequireAsync(runId, result.SpecDigest, cancellation);
                var state = result.Failure is not null ? RunStates.Failed : RunStates.Succeeded;
                if (run.State == RunStates.Succeeded || run.State == state) return run.ToProto();
                (run.State, run.Result, run.EndTime) = (state, ProtoJson.Write(result), now);
                if (state == RunStates.Failed) return run.ToProto();
                foreach (var model in result.Models) await database.TellAsync(Quantized(run, model, now), cancellation);
                return run.ToProto();
            },
            cancellation);
    }

    private static ModelQuantized Quantized(StageRunRow run, QuantizedModel model, DateTimeOffset now) => new()
    {
        RunId = run.RunId,
        Key = $"{run.RunId:D}/{QuantizationRuns.Stage}/{run.SpecDigest}/{model.Artifact.Sha256}",
        OccurredAt = now,
        Format = model.Target.Format,
        Model = new Uri(model.Artifact.Uri),
        ModelDigest = model.Artifact.Sha256,
        SizeBytes = model.Artifact.SizeBytes,
    };
}
