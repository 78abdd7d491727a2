using Platform.Parity.Optim;

namespace Platform.Parity;

/// <summary>Optimizers, schedules, clipping, accumulation, averages and loss scaling.</summary>
public sealed class OptimArea : IParityArea
{
    public string Name => "optim";

    public ParityVerdict Check(string casePath)
    {
        using var golden = new OptimCase(casePath);
        var differences = new Differences();
        Checks(golden)(golden, differences);
        return differences.Verdict;
    }

    private static Action<OptimCase, Differences> Checks(OptimCase golden)
    {
        if (golden.Json.TryGetProperty("kind", out _)) return OptimizerCases.Check;
        if (golden.Names.Any(name => name.StartsWith("lr.", StringComparison.Ordinal))) return ScheduleCases.Check;
        if (golden.Has("grad.0")) return GradientCases.Clipping;
        if (golden.Has("num_items_in_batch")) return GradientCases.Accumulation;
        if (golden.Has("warmup.path")) return GradientCases.Averages;
        if (golden.Has("growth_tracker")) return GradientCases.Scaling;
        throw new UnsupportedCaseException($"nothing here knows what '{golden.Json.GetProperty("case")}' asks for");
    }
}
