using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Hosting.Runs;
using Platform.Protos.Quantization.V1;

namespace Platform.Quantization.Api;

/// <summary>Records that the operator started a run; the same run and spec again change nothing.</summary>
internal sealed class StartRun(Transactions<QuantizationDbContext> transactions, TimeProvider time)
{
    public async Task<QuantizationRun> RunAsync(StartRunRequest request, CancellationToken cancellation)
    {
        var spec = request.Spec ?? throw Refusal.InvalidArgument("spec is missing; it must be the QuantizationSpec that the worker gets.");
        var problems = new Problems();
        var runId = problems.RequireRun(spec.RunId, spec.SpecDigest, "spec.");
        problems.RequireJob(request.Job).Refuse();
        var now = time.Now();
        return await transactions.RunAsync(
            async database => (await database.StartAsync(runId, spec.SpecDigest, request.Job, now, cancellation)).Run.ToProto(), cancellation);
    }
}
