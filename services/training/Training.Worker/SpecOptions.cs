using Platform.Data.Collation;
using Platform.FineTuning;
using Platform.FineTuning.Supervised;
using Platform.FineTuning.Tasks;
using Platform.Peft;
using Platform.Protos.Training.V1;
using Platform.Workers;
using static TorchSharp.torch;

namespace Platform.Training.Worker;

/// <summary>What a spec asks for, in the terms of the libraries; checked before anything is downloaded.</summary>
/// <param name="Adapter">null: the whole model is trained</param>
public sealed record SpecOptions(TrainingOptions Training, AdapterOptions? Adapter, int MaxLength, ScalarType Precision, int KeptCheckpoints, string Packing, LearnedPart Learned)
{
    private const int DefaultMaxLength = 512;

    /// <exception cref="WorkerFailureException">The message lists everything that is wrong.</exception>
    public static SpecOptions Read(TrainingSpec spec)
    {
        List<string> problems = [];
        var hyper = spec.Hyperparameters ?? new();
        var read = TrainingHyperparameters.Read(spec);
        var training = read with { Optimizer = MethodOptions.Optimizer(spec, read.Optimizer) };
        problems.AddRange(training.Problems());
        var adapter = MethodOptions.Read(spec, problems);
        if (hyper.MaxLength is not 0 and not (>= 2 and <= 1 << 20)) problems.Add($"max_length is {hyper.MaxLength}; it must lie in 2..{1 << 20}.");
        var precision = Precisions.GetValueOrDefault(hyper.Precision);
        if (precision is null) problems.Add($"precision is '{hyper.Precision}'; expected one of {string.Join(", ", Precisions.Keys.Where(name => name.Length > 0))}.");
        if (FineTuningTask.Find(spec.Format) is { } task) problems.AddRange(task.Problems(training));
        else problems.Add($"format is '{spec.Format}'; expected one of {string.Join(", ", FineTuningTask.KnownFormats)}.");
        var (packing, learned) = (hyper.Packing is "" ? PackingCatalog.None : hyper.Packing, hyper.Loss is "" ? "completion" : hyper.Loss);
        if (!PackingCatalog.Names.Contains(packing)) problems.Add($"packing is '{packing}'; expected one of {string.Join(", ", PackingCatalog.Names)}.");
        if (!LearnedParts.Names.Contains(learned)) problems.Add($"loss is '{learned}'; expected one of {string.Join(", ", LearnedParts.Names)}.");
        if (packing != PackingCatalog.None && training.NeftuneAlpha > 0) problems.Add($"neftuneAlpha is {training.NeftuneAlpha} with the packing {packing}; the noise goes with the length of a row, so set one of them to none.");
        if (problems.Count > 0) throw new WorkerFailureException(FailureReasons.SpecInvalid, string.Join(" ", problems));
        return new(training, adapter, hyper.MaxLength == 0 ? DefaultMaxLength : hyper.MaxLength, precision!.Value, Math.Max(1, spec.Checkpoints?.Keep ?? 1), packing, LearnedParts.Get(learned));
    }

    /// <summary>`auto` computes in float32: on a CPU nothing is gained by less.</summary>
    private static readonly Dictionary<string, ScalarType?> Precisions = new()
    {
        [""] = ScalarType.Float32,
        ["auto"] = ScalarType.Float32,
        ["fp32"] = ScalarType.Float32,
        ["bf16"] = ScalarType.BFloat16,
        ["fp16"] = ScalarType.Float16,
    };
}
