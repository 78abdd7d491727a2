using Platform.FineTuning;
using Platform.FineTuning.Tasks;
using Platform.Peft;
using Platform.Protos.Training.V1;
using Platform.Workers;
using static TorchSharp.torch;

namespace Platform.Training.Worker;

/// <summary>What a spec asks for, in the terms of the libraries; checked before anything is downloaded.</summary>
/// <param name="Adapter">null: the whole model is trained</param>
public sealed record SpecOptions(TrainingOptions Training, AdapterOptions? Adapter, int MaxLength, ScalarType Precision, int KeptCheckpoints)
{
    private const int DefaultMaxLength = 512;

    /// <exception cref="WorkerFailureException">The message lists everything that is wrong.</exception>
    public static SpecOptions Read(TrainingSpec spec)
    {
        List<string> problems = [];
        var hyper = spec.Hyperparameters ?? new();
        var training = new TrainingOptions
        {
            Epochs = hyper.LengthCase == Hyperparameters.LengthOneofCase.Epochs ? hyper.Epochs : null,
            MaxSteps = hyper.LengthCase == Hyperparameters.LengthOneofCase.MaxSteps ? hyper.MaxSteps : null,
            BatchSize = hyper.BatchSize,
            GradientAccumulation = Math.Max(1, hyper.GradientAccumulation),
            LearningRate = hyper.LearningRate,
            Schedule = new() { Name = hyper.Schedule is "" ? "constant" : hyper.Schedule, WarmupRatio = hyper.WarmupRatio },
            WeightDecay = hyper.WeightDecay,
            MaxGradNorm = hyper.MaxGradNorm,
            Seed = (long)(hyper.Seed & long.MaxValue),
            CheckpointEverySteps = spec.Checkpoints?.EverySteps ?? 0,
        };
        problems.AddRange(training.Problems());
        var adapter = MethodOptions.Read(spec, problems);
        if (hyper.MaxLength is not 0 and not (>= 2 and <= 1 << 20)) problems.Add($"max_length is {hyper.MaxLength}; it must lie in 2..{1 << 20}.");
        var precision = Precisions.GetValueOrDefault(hyper.Precision);
        if (precision is null) problems.Add($"precision is '{hyper.Precision}'; expected one of {string.Join(", ", Precisions.Keys.Where(name => name.Length > 0))}.");
        if (FineTuningTask.Find(spec.Format) is { } task) problems.AddRange(task.Problems(training));
        else problems.Add($"format is '{spec.Format}'; expected one of {string.Join(", ", FineTuningTask.KnownFormats)}.");
        if (problems.Count > 0) throw new WorkerFailureException(FailureReasons.SpecInvalid, string.Join(" ", problems));
        return new(training, adapter, hyper.MaxLength == 0 ? DefaultMaxLength : hyper.MaxLength, precision!.Value, Math.Max(1, spec.Checkpoints?.Keep ?? 1));
    }

    /// <summary>`auto` computes in float32: on a CPU nothing is gained by less.</summary>
    private static readonly Dictionary<string, ScalarType?> Precisions = new()
    {
        [""] = ScalarType.Float32,
        ["auto"] = ScalarType.Float32,
        ["fp32"] = ScalarType.Float32,
        ["bf16"] = ScalarType.BFloat16,
    };
}
