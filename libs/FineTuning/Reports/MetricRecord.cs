using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.FineTuning.Reports;

/// <summary>A line of <c>metrics.jsonl</c>: what a step or a measurement showed.</summary>
public sealed record MetricRecord
{
    /// <summary>snake_case, as the logs of other trainers; an overflown gradient's norm is "Infinity".</summary>
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public required long Step { get; init; }
    public required DateTimeOffset Time { get; init; }
    public double? Epoch { get; init; }
    public double? Loss { get; init; }
    public double? LearningRate { get; init; }
    public double? GradNorm { get; init; }
    public long? Tokens { get; init; }
    public double? TokensPerSecond { get; init; }
    public double? StepSeconds { get; init; }
    public double? DataWaitSeconds { get; init; }
    public double? EtaSeconds { get; init; }
    public long? MemoryBytes { get; init; }
    public double? LossScale { get; init; }
    public long? SkippedSteps { get; init; }
    public double? EvalLoss { get; init; }
    public double? EvalSeconds { get; init; }

    /// <param name="memoryBytes">of the process</param>
    public static MetricRecord Of(TrainingProgress step, long memoryBytes, DateTimeOffset time) => new()
    {
        Step = step.Step,
        Time = time,
        Epoch = step.Epoch,
        Loss = step.Loss,
        LearningRate = step.LearningRate,
        GradNorm = step.GradNorm,
        Tokens = step.Tokens,
        TokensPerSecond = step.TokensPerSecond,
        StepSeconds = step.Took.TotalSeconds,
        DataWaitSeconds = step.DataWait.TotalSeconds,
        EtaSeconds = step.Remaining.TotalSeconds,
        MemoryBytes = memoryBytes,
        LossScale = step.LossScale == 1 ? null : step.LossScale,
        SkippedSteps = step.SkippedSteps == 0 ? null : step.SkippedSteps,
    };

    public static MetricRecord Of(Measurement measurement, DateTimeOffset time) => new()
    {
        Step = measurement.Step,
        Time = time,
        EvalLoss = measurement.Loss,
        EvalSeconds = measurement.Took.TotalSeconds,
    };

    public string ToLine() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">The line is no record.</exception>
    public static MetricRecord Parse(string line) => JsonSerializer.Deserialize<MetricRecord>(line, Json) ?? throw new JsonException("The line is null.");
}
