using Platform.FineTune.Api.V1Alpha1;
using Platform.Protos.Evaluation.V1;

namespace Platform.FineTune.Operator.Rendering;

/// <summary>The evaluation worker's input: every subject is scored on every suite.</summary>
internal static class EvaluationSpecs
{
    public const string Base = "base";
    public const string Tuned = "tuned";

    public static EvaluationSpec Of(JobRun run)
    {
        var evaluate = run.Job.Spec.Evaluate!;
        var rendered = new EvaluationSpec
        {
            RunId = run.Job.RunId,
            Suites = { evaluate.Suites.Select(suite => SuiteOf(run, suite)) },
            MaxLength = run.Job.Spec.Training.MaxLength,
            MaxNewTokens = evaluate.MaxNewTokens,
            Samples = evaluate.Samples,
            OutputUri = Stage.Folder(run.Job.RunId, Stage.Evaluate),
            LabelNames = { run.Status.Dataset!.LabelNames ?? [] },
            Seed = (ulong)run.Job.Spec.Training.Seed,
        };
        if (evaluate.Baseline) rendered.Subjects.Add(new Subject { Name = Base, Model = run.Status.Model!.ToProto() });
        rendered.Subjects.Add(new Subject { Name = Tuned, Model = run.Tuned() });
        foreach (var quantized in run.Quantized)
            rendered.Subjects.Add(new Subject { Name = quantized.Target.Format, Model = new() { Uri = quantized.Artifact.Uri, Base = quantized.Artifact } });
        rendered.SpecDigest = SpecDigest.Of(rendered);
        return rendered;
    }

    private static Suite SuiteOf(JobRun run, SuiteSpec suite)
    {
        var own = run.Status.Suites?.FirstOrDefault(pinned => pinned.Name == suite.Name);
        return new()
        {
            Name = suite.Name,
            Rows = (own?.Rows ?? run.Status.Dataset!.Validation!).ToProto(),
            Format = own?.Format ?? run.Job.Spec.Dataset.Format,
            Metrics = { suite.Metrics },
        };
    }
}
