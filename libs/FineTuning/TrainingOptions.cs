using Platform.FineTuning.Optimizers;
using Platform.FineTuning.Schedules;

namespace Platform.FineTuning;

/// <summary>How a run trains.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the data, possibly a fraction; or else <see cref="MaxSteps"/>.</summary>
    public double? Epochs { get; init; }

    /// <summary>Optimizer steps; or else <see cref="Epochs"/>.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Rows in a micro-batch.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Micro-batches in an optimizer step.</summary>
    public int GradientAccumulation { get; init; } = 1;

    public double LearningRate { get; init; } = 2e-4;

    public ScheduleOptions Schedule { get; init; } = new();

    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>Of matrices; biases and norms are not decayed.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Gradients are scaled down to this norm; 0 leaves them as they are.</summary>
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>What objectives compute again in the backward pass instead of keeping it.</summary>
    public Memory.Checkpointing Checkpointing { get; init; }

    /// <summary>Whether parameters move within the backward pass, so that gradients of one block are there at a time.</summary>
    public bool OptimizerInBackward { get; init; }

    /// <summary>Probability that the loss takes from the right token and shares among all.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Strength of the noise on embeddings while training; 0: none.</summary>
    public double NeftuneAlpha { get; init; }

    /// <summary>Whether each epoch has an order of its own; otherwise rows come as they stand.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Decides the order of the rows, and whatever else is random.</summary>
    public long Seed { get; init; }

    /// <summary>Steps between checkpoints; 0 saves none.</summary>
    public long CheckpointEverySteps { get; init; }

    /// <summary>Whether losses are scaled so that float16 gradients do not vanish.</summary>
    public bool ScaleLoss { get; init; }

    public ValidationOptions Validation { get; init; } = new();

    /// <summary>The decay of a moving average of the weights, which then is what a run evaluates and ends with; 0: none.</summary>
    public double AverageDecay { get; init; }

    /// <summary>A run whose mean loss rises to this many times its first one has diverged; 0: only infinite losses count.</summary>
    public double DivergenceFactor { get; init; } = 3;

    /// <summary>All that is wrong, each with the value and the allowed range.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (Epochs is null == MaxSteps is null) problems.Add("Exactly one of epochs and maxSteps must be set.");
        if (Epochs is <= 0 or > 100_000 or double.NaN) problems.Add($"epochs is {Epochs}; it must lie in 0..100000, without 0.");
        if (MaxSteps is < 1) problems.Add($"maxSteps is {MaxSteps}; it must be at least 1.");
        if (BatchSize is < 1 or > 4096) problems.Add($"batchSize is {BatchSize}; it must lie in 1..4096.");
        if (GradientAccumulation is < 1 or > 4096) problems.Add($"gradientAccumulation is {GradientAccumulation}; it must lie in 1..4096.");
        if (LearningRate is not (> 0 and <= 10)) problems.Add($"learningRate is {LearningRate}; it must lie in 0..10, without 0.");
        problems.AddRange(Schedule.Problems());
        problems.AddRange(Optimizer.Problems());
        if (WeightDecay is not (>= 0 and <= 10)) problems.Add($"weightDecay is {WeightDecay}; it must lie in 0..10.");
        if (MaxGradNorm is not >= 0) problems.Add($"maxGradNorm is {MaxGradNorm}; it must be at least 0.");
        if (CheckpointEverySteps < 0) problems.Add($"checkpoints.everySteps is {CheckpointEverySteps}; it must be at least 0.");
        if (!Enum.IsDefined(Checkpointing)) problems.Add($"gradientCheckpointing is unknown; expected one of none, half, blocks.");
        if (LabelSmoothing is not (>= 0 and < 1)) problems.Add($"labelSmoothing is {LabelSmoothing}; it must lie in 0..1, without 1.");
        if (NeftuneAlpha is not (>= 0 and <= 1000)) problems.Add($"neftuneAlpha is {NeftuneAlpha}; it must lie in 0..1000.");
        problems.AddRange(Validation.Problems());
        if (AverageDecay is not (>= 0 and < 1)) problems.Add($"averageDecay is {AverageDecay}; it must lie in 0..1, without 1.");
        if (DivergenceFactor is not (0 or (> 1 and <= 1e6))) problems.Add($"divergenceFactor is {DivergenceFactor}; it must be 0 (off) or lie in 1..1000000, without 1.");
        if (OptimizerInBackward) problems.AddRange(ProblemsInBackward());
        return problems;
    }

    /// <summary>What needs the gradients of the whole step at once.</summary>
    private IEnumerable<string> ProblemsInBackward()
    {
        if (MaxGradNorm > 0) yield return $"optimizerInBackward is true and maxGradNorm {MaxGradNorm}; the common norm is known only when all gradients are there: set maxGradNorm to 0, or optimizerInBackward to false.";
        if (GradientAccumulation > 1) yield return $"optimizerInBackward is true and gradientAccumulation {GradientAccumulation}; parameters would move in the middle of a step: set gradientAccumulation to 1, or optimizerInBackward to false.";
        if (ScaleLoss) yield return "optimizerInBackward is true and losses are scaled, as precision fp16 needs it; a step could no longer be left out: take bf16 or fp32, or set optimizerInBackward to false.";
    }
}
