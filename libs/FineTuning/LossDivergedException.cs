namespace Platform.FineTuning;

/// <summary>The loss or its gradient is infinite or not a number; the parameters are still those of the step before.</summary>
public sealed class LossDivergedException(long step, double loss, double gradNorm)
    : Exception($"In step {step} the loss is {loss} and the gradient's norm {gradNorm}. Lower training.learningRate, lengthen the warm-up, or look for broken rows.")
{
    public long Step { get; } = step;
}
