namespace Platform.FineTuning.Analysis;

/// <summary>Single steps whose loss stands out: more than eight deviations, and half, above the median of the 20 steps before.</summary>
public sealed class LossSpikes : IDetector
{
    private const int Window = 20;
    private const double Deviations = 8;
    private const double Share = 0.5;

    public string Kind => "loss-spikes";

    public Finding? Find(RunHistory history)
    {
        var steps = history.Steps;
        List<(long Step, double Ratio)> spikes = [];
        for (var i = Window; i < steps.Count; i++)
        {
            var level = Level.Of(steps.Skip(i - Window).Take(Window).Select(step => step.Loss!.Value));
            var loss = steps[i].Loss!.Value;
            if (loss > level.Median + Math.Max(Deviations * level.Deviation, Share * Math.Abs(level.Median))) spikes.Add((steps[i].Step, loss / level.Median));
        }

        if (spikes.Count == 0) return null;
        var worst = spikes.MaxBy(spike => spike.Ratio);
        return new(
            Kind,
            FormattableString.Invariant($"the loss jumped in {spikes.Count} {(spikes.Count == 1 ? "step" : "steps")}; in step {worst.Step} it was {worst.Ratio:g3} times the median of the 20 steps before."),
            "Look at the rows of these steps, lower training.learningRate or training.maxGradNorm.",
            [.. spikes.Select(spike => spike.Step)],
            new Dictionary<string, double> { ["spikes"] = spikes.Count, ["worst_step"] = worst.Step, ["worst_ratio"] = worst.Ratio });
    }
}
