using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Methods;
using Platform.Protos.Training.V1;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using TrainingSpec = Platform.Protos.Training.V1.TrainingSpec;

namespace Platform.FineTune.Operator.Rendering;

/// <summary>The training worker's input, from a job whose model and dataset are pinned.</summary>
internal static class TrainingSpecs
{
    public static TrainingSpec Of(JobRun run)
    {
        var (spec, dataset) = (run.Job.Spec, run.Status.Dataset!);
        var rendered = new TrainingSpec
        {
            RunId = run.Job.RunId,
            Model = run.Status.Model!.ToProto(),
            Train = dataset.Train!.ToProto(),
            Validation = dataset.Validation?.ToProto(),
            Format = spec.Dataset.Format,
            Method = MethodOf(spec.Method),
            Hyperparameters = TrainingHyperparameters.Of(spec.Training),
            Checkpoints = new() { EverySteps = spec.Checkpoints.EverySteps, Keep = spec.Checkpoints.Keep },
            OutputUri = Stage.Folder(run.Job.RunId, Stage.Train),
            LabelNames = { dataset.LabelNames ?? [] },
        };
        rendered.SpecDigest = SpecDigest.Of(rendered);
        return rendered;
    }

    private static Method MethodOf(MethodSpec method) => new()
    {
        Type = method.Type,
        AdapterConfig = MethodCatalog.Of(method) is { } known ? Struct.Parser.ParseJson(known.Configuration(method).ToJsonString()) : null,
        LoraPlusRatio = method.Lora?.LoraPlusRatio is { } ratio ? SpecValidation.Number(ratio) : 0,
    };
}
