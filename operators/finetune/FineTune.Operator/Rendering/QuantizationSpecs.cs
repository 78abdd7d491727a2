using Platform.FineTune.Api.V1Alpha1;
using Platform.Protos.Artifacts.V1;
using Platform.Protos.Quantization.V1;

namespace Platform.FineTune.Operator.Rendering;

/// <summary>The quantization worker's input, from a job that is trained.</summary>
internal static class QuantizationSpecs
{
    public static QuantizationSpec Of(JobRun run)
    {
        var (rows, format) = MeasuredOn(run);
        var rendered = new QuantizationSpec
        {
            RunId = run.Job.RunId,
            Model = run.Tuned(),
            Targets = { run.Job.Spec.Quantize!.Select(TargetOf) },
            MeasureOn = rows,
            Format = format,
            MaxLength = run.Job.Spec.Training.MaxLength,
            OutputUri = Stage.Folder(run.Job.RunId, Stage.Quantize),
        };
        rendered.SpecDigest = SpecDigest.Of(rendered);
        return rendered;
    }

    // Rows that were not trained on, where the job has any.
    private static (Artifact Rows, string Format) MeasuredOn(JobRun run)
    {
        if (run.Status.Dataset!.Validation is { } validation) return (validation.ToProto(), run.Job.Spec.Dataset.Format);
        if (run.Status.Suites is [var suite, ..]) return (suite.Rows.ToProto(), suite.Format);
        return (run.Status.Dataset.Train!.ToProto(), run.Job.Spec.Dataset.Format);
    }

    private static QuantizationTarget TargetOf(QuantizeSpec target)
    {
        // nf4 has 4 bits and, as in bitsandbytes, blocks of 64.
        var rendered = new QuantizationTarget { Format = target.Format, Bits = 4, GroupSize = 64, DoubleQuantization = target.DoubleQuantization };
        if (target.MaxPerplexityDelta is { } delta) rendered.MaxPerplexityDelta = SpecValidation.Number(delta);
        return rendered;
    }
}
