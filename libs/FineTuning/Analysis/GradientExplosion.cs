namespace Platform.FineTuning.Analysis;

/// <summary>Gradients whose norm is no finite number, or more than ten times the median of the 20 steps before and ten deviations above it.</summary>
public sealed class GradientExplosion : IDetector
{
    private const int Window = 20;
    private const double Times = 10;

    public string Kind => "gradient-explosion";

    public Finding? Find(RunHistory history)
    {
        var steps = history.Steps;
        List<(long Step, double Norm, double Median)> found = [];
        for (var i = Window; i < steps.Count; i++)
        {
            var level = Level.Of(steps.Skip(i - Window).Take(Window).Select(step => step.GradNorm ?? double.NaN));
            var norm = steps[i].GradNorm ?? 0;
            // While the loss is scaled, an overflow is how the right scale is found.
            if (!double.IsFinite(norm) ? steps[i].LossScale is null : norm > Math.Max(Times * level.Median, level.Median + Times * level.Deviation)) found.Add((steps[i].Step, norm, level.Median));
        }

        if (found.Count == 0) return null;
        var worst = found.MaxBy(step => step.Norm / step.Median);
        return new(
            Kind,
            FormattableString.Invariant($"the gradient exploded in {found.Count} {(found.Count == 1 ? "step" : "steps")}; in step {worst.Step} its norm was {worst.Norm:g3}, the median of the 20 steps before {worst.Median:g3}."),
            "Lower training.learningRate, lengthen the warm-up, or set training.maxGradNorm to 1.",
            [.. found.Select(step => step.Step)],
            new Dictionary<string, double> { ["steps"] = found.Count, ["worst_step"] = worst.Step, ["worst_norm"] = worst.Norm, ["median_before"] = worst.Median });
    }
}
