namespace Platform.FineTuning;

/// <summary>
/// Sees a loss that stays finite and yet runs away: the mean of the last steps is a multiple of the mean of the first ones, and at least one
/// nat above it.
/// </summary>
public sealed class DivergenceWatch(double factor)
{
    /// <summary>Steps that a mean is over; a few bad batches are no divergence.</summary>
    public const int Window = 20;

    private const double LeastRise = 1;

    public IReadOnlyList<double> First { get; private set; } = [];

    public IReadOnlyList<double> Last { get; private set; } = [];

    /// <summary>Continues with the losses that another one knew.</summary>
    public void Load(IReadOnlyList<double> first, IReadOnlyList<double> last) => (First, Last) = (first, last);

    /// <summary>Takes in the loss of a step. True when the run has diverged.</summary>
    public bool HasDiverged(double loss)
    {
        if (First.Count < Window) First = [.. First, loss];
        Last = [.. Last.TakeLast(Window - 1), loss];
        if (factor == 0 || First.Count < Window) return false;
        var (start, now) = (First.Average(), Last.Average());
        return now > Math.Max(start * factor, start + LeastRise);
    }
}
