using System.Globalization;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Rendering;
using Platform.Protos.Evaluation.V1;
using Platform.Protos.Quantization.V1;
using Platform.Protos.Training.V1;

namespace Platform.FineTune.Operator.Policies;

/// <summary>What a decision to promote rests on.</summary>
/// <param name="Spec">What the user asked for.</param>
/// <param name="Checkpoint">What the training worker reported.</param>
/// <param name="StoredDigest">The digest of what lies in the bucket; null when nothing does.</param>
/// <param name="Quantized">What the quantization worker reported.</param>
/// <param name="Scorecard">What the evaluation worker reported; null when nothing was to be measured.</param>
public sealed record PromotionInput(FineTuneJobSpec Spec, Checkpoint Checkpoint, string? StoredDigest, IReadOnlyList<QuantizedModel> Quantized, Scorecard? Scorecard);

/// <summary>Why a model is not promoted.</summary>
public sealed record Violation(string Reason, string Message);

/// <summary>Says whether one thing speaks against promotion.</summary>
public delegate Violation? Policy(PromotionInput input);

/// <summary>The checks between a finished run and the registry.</summary>
public static class PromotionPolicies
{
    public static readonly IReadOnlyList<Policy> All =
    [
        CheckpointIsDurable,       // the digest the worker reported is the digest in the bucket
        EveryFormatWasMade,        // no format named in the spec is missing
        NoFormatLostTooMuch,       // perplexity rose by no more than the spec allows
        EveryMetricHasAScore,      // no metric named in the spec is missing
        TheGateIsReached,          // the gate's metric lies within its bounds
    ];

    public static Violation? FirstViolation(PromotionInput input) =>
        All.Select(policy => policy(input)).FirstOrDefault(violation => violation is not null);

    public static Violation? CheckpointIsDurable(PromotionInput input)
    {
        var written = input.Checkpoint.Artifact();
        return input.StoredDigest == written.Sha256 ? null : new(
            Reasons.CheckpointCorrupt,
            input.StoredDigest is null
                ? $"There is nothing at {written.Uri}, where training wrote its result. Create the job anew to train again."
                : $"{written.Uri} has the digest {input.StoredDigest}, training wrote {written.Sha256}. Create the job anew to train again.");
    }

    public static Violation? EveryFormatWasMade(PromotionInput input)
    {
        var missing = (input.Spec.Quantize ?? []).Select(target => target.Format).Except(input.Quantized.Select(model => model.Target.Format)).ToList();
        return missing.Count == 0 ? null : new(Reasons.ResultMissing, $"The quantization worker made no model in {string.Join(", ", missing)}. Its log says why.");
    }

    public static Violation? NoFormatLostTooMuch(PromotionInput input)
    {
        foreach (var target in input.Spec.Quantize ?? [])
        {
            if (target.MaxPerplexityDelta is not { } allowed) continue;
            var model = input.Quantized.First(model => model.Target.Format == target.Format);
            var rise = model.PerplexityAfter - model.PerplexityBefore;
            if (rise <= SpecValidation.Number(allowed)) continue; // NaN is not
            return new(Reasons.PerplexityRoseTooMuch,
                $"{target.Format} raises perplexity from {Text(model.PerplexityBefore)} to {Text(model.PerplexityAfter)}, by {Text(rise)}; spec.quantize[].maxPerplexityDelta allows {allowed}. Raise it or remove the format.");
        }

        return null;
    }

    public static Violation? EveryMetricHasAScore(PromotionInput input)
    {
        if (input.Spec.Evaluate is not { } evaluate) return null;
        string[] subjects = [.. evaluate.Baseline ? [EvaluationSpecs.Base] : Array.Empty<string>(), EvaluationSpecs.Tuned, .. input.Quantized.Select(model => model.Target.Format)];
        var missing =
            from subject in subjects
            from suite in evaluate.Suites
            from metric in suite.Metrics
            where Score(input, suite.Name, subject, metric) is not { } value || !double.IsFinite(value)
            select $"{suite.Name}.{metric} of {subject}";
        var list = missing.ToList();
        return list.Count == 0 ? null : new(Reasons.ScoreMissing, $"The scorecard lacks a number for {string.Join(", ", list)}. The evaluation worker's log says why.");
    }

    public static Violation? TheGateIsReached(PromotionInput input)
    {
        if (input.Spec.Evaluate?.Gate is not { } gate) return null;
        var (suite, metric) = (gate.Metric.Split('.', 2)[0], gate.Metric.Split('.', 2)[1]);
        var value = Score(input, suite, EvaluationSpecs.Tuned, metric) ?? double.NaN;
        if ((gate.Min is null || value >= SpecValidation.Number(gate.Min)) && (gate.Max is null || value <= SpecValidation.Number(gate.Max))) return null;
        var bounds = string.Join(" and ", new[] { gate.Min is null ? null : $"at least {gate.Min}", gate.Max is null ? null : $"at most {gate.Max}" }.Where(bound => bound is not null));
        return new(Reasons.GateNotReached, $"{gate.Metric} of the fine-tuned model is {Text(value)}; spec.evaluate.gate asks for {bounds}. Nothing was registered. Train longer or on more data, or change the gate.");
    }

    private static double? Score(PromotionInput input, string suite, string subject, string metric) =>
        input.Scorecard?.Scores.FirstOrDefault(score => score.Suite == suite && score.Subject == subject && score.Metric == metric)?.Value;

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
