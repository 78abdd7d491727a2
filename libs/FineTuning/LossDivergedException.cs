using System.Globalization;

namespace Platform.FineTuning;

/// <summary>The loss or its gradient is no finite number, or the loss has risen far above where it began; the parameters are still those of the step before.</summary>
public sealed class LossDivergedException(long step, double loss, double gradNorm, IReadOnlyList<int> rows, IReadOnlyList<double> lastLosses, string cause)
    : Exception(string.Create(
        CultureInfo.InvariantCulture,
        $"In step {step} {cause}: the loss is {loss} and the gradient's norm {gradNorm}. The losses before were {Listed(lastLosses.Select(value => value.ToString("g4", CultureInfo.InvariantCulture)))}; "
        + $"the step's rows, counted from 0, were {Listed(rows)}. Lower training.learningRate, lengthen the warm-up, or look for broken rows."))
{
    private const int Shown = 16;

    public long Step { get; } = step;

    public double Loss { get; } = loss;

    public double GradNorm { get; } = gradNorm;

    /// <summary>The rows of the step.</summary>
    public IReadOnlyList<int> Rows { get; } = rows;

    /// <summary>The losses of the steps before, the last one last.</summary>
    public IReadOnlyList<double> LastLosses { get; } = lastLosses;

    private static string Listed<T>(IEnumerable<T> items)
    {
        var all = items.ToList();
        return all.Count == 0 ? "none" : string.Join(", ", all.Take(Shown)) + (all.Count > Shown ? $" and {all.Count - Shown} more" : "");
    }
}
