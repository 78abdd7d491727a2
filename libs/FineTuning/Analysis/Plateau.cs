namespace Platform.FineTuning.Analysis;

/// <summary>A loss that has not fallen in the second half of a run although most of it is still there: the last quarter's median is not 2 % below the third one's
/// and more than two thirds of the first steps'.</summary>
public sealed class Plateau : IDetector
{
    private const int FewestSteps = 40;
    private const double LeastFall = 0.02;
    private const double MostLearned = 2.0 / 3;

    public string Kind => "plateau";

    public Finding? Find(RunHistory history)
    {
        var losses = history.Steps.Select(step => step.Loss!.Value).ToList();
        if (losses.Count < FewestSteps) return null;
        var quarter = losses.Count / 4;
        var start = Level.Of(losses.Take(quarter / 2)).Median;
        var third = Level.Of(losses.Skip(2 * quarter).Take(quarter)).Median;
        var last = Level.Of(losses.Skip(losses.Count - quarter)).Median;
        if (last < third * (1 - LeastFall) || last < start * MostLearned) return null;
        var from = history.Steps[2 * quarter].Step;
        return new(
            Kind,
            FormattableString.Invariant($"since step {from} the loss stays near {last:g3}; it began at {start:g3}."),
            "Raise training.learningRate, the adapter's rank or its target modules, or check that prompts and completions belong together.",
            [from, history.Steps[^1].Step],
            new Dictionary<string, double> { ["first_median"] = start, ["third_quarter_median"] = third, ["last_quarter_median"] = last });
    }
}
