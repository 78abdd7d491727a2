using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Rendering;
using Platform.Protos.Quantization.V1;

namespace Platform.FineTune.Operator.Phases;

/// <summary>Has the trained model made smaller, and the loss measured, by a Job.</summary>
public sealed class QuantizePhase(StageRunner runner, StageResults results, QuantizationService.QuantizationServiceClient quantization, TimeProvider time) : IPhase
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public Stage Stage => Stage.Quantize;

    public async Task<Outcome> RunAsync(JobRun run, CancellationToken cancellation)
    {
        if (run.Job.Spec.Quantize is not { Count: > 0 })
        {
            run.Status = run.Status with { Artifacts = run.Status.Artifacts! with { Quantized = null } };
            run.Holds(Conditions.Quantized, Reasons.NotRequested, "spec.quantize names no format.");
            return Outcome.Completed;
        }

        var spec = QuantizationSpecs.Of(run);
        var result = await results.ReadAsync<QuantizationResult>(spec.OutputUri, cancellation);
        if (result?.SpecDigest != spec.SpecDigest) result = null;
        if (result is { Failure: null })
        {
            if (!run.HeldBefore(Stage.Condition)) await CompleteAsync(result, cancellation);
            Succeed(run, result);
            run.SettledJobs.Add(StageNames.Of(run.Job, Stage, spec.SpecDigest));
            return Outcome.Completed;
        }

        var outcome = await runner.RunAsync(run, new(
            Stage, spec.SpecDigest, JsonFormatter.Default.Format(spec), result?.Failure,
            async token => await quantization.StartRunAsync(new() { Spec = spec, Job = run.Job.Path }, deadline: Deadline(), cancellationToken: token),
            (failure, token) => CompleteAsync(new() { RunId = spec.RunId, SpecDigest = spec.SpecDigest, Failure = failure }, token)), cancellation);
        if (outcome is Outcome.Waiting) await ProgressAsync(run, spec, cancellation);
        return outcome;
    }

    private static void Succeed(JobRun run, QuantizationResult result)
    {
        run.Quantized = [.. result.Models];
        run.Status = run.Status with { Artifacts = run.Status.Artifacts! with { Quantized = [.. result.Models.Select(StatusOf)] } };
        run.Holds(Conditions.Quantized, Reasons.Completed, string.Join(" ", result.Models.Select(Describe)));
    }

    private static QuantizedStatus StatusOf(QuantizedModel model) => new()
    {
        Format = model.Target.Format,
        Uri = model.Artifact.Uri,
        Sha256 = model.Artifact.Sha256,
        SizeBytes = model.Artifact.SizeBytes,
        OriginalSizeBytes = model.OriginalSizeBytes,
        PerplexityBefore = Number(model.PerplexityBefore),
        PerplexityAfter = Number(model.PerplexityAfter),
    };

    private static string Describe(QuantizedModel model) => string.Create(CultureInfo.InvariantCulture,
        $"{model.Target.Format}: {model.Artifact.SizeBytes} instead of {model.OriginalSizeBytes} bytes, perplexity {Number(model.PerplexityBefore)} to {Number(model.PerplexityAfter)}.");

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private async Task CompleteAsync(QuantizationResult result, CancellationToken cancellation) =>
        await quantization.CompleteRunAsync(new() { Result = result }, deadline: Deadline(), cancellationToken: cancellation);

    private async Task ProgressAsync(JobRun run, QuantizationSpec spec, CancellationToken cancellation)
    {
        try
        {
            var known = await quantization.GetRunAsync(new() { RunId = spec.RunId }, deadline: Deadline(), cancellationToken: cancellation);
            if (known.SpecDigest == spec.SpecDigest) run.Status = run.Status with { Progress = StageProgress.Of(run.Status.Progress, known.Percent, known.Activity) };
        }
        catch (RpcException)
        {
            // The last known progress stays; the next look asks again.
        }
    }

    private DateTime Deadline() => time.GetUtcNow().UtcDateTime + Patience;
}
