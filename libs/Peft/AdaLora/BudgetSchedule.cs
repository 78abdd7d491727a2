namespace Platform.Peft.AdaLora;

/// <summary>How many values all layers together may keep, step by step.</summary>
/// <remarks>
/// b(t) = b₀ for t ≤ tᵢ; b_T + (b₀ - b_T)(1 - (t - tᵢ) / (T - t_f - tᵢ))³ until T - t_f; b_T from then on.
/// Zhang et al.: "AdaLoRA", 2023, equation 12.
/// Differs from the paper: none; the value is rounded down.
/// </remarks>
internal sealed record BudgetSchedule(int Initial, int Target, int WarmupSteps, int LastCut, int Interval)
{
    /// <param name="step">counted from 0</param>
    /// <returns>the budget, and whether values are cut to it in this step</returns>
    public (int Budget, bool Cuts) At(long step)
    {
        if (step <= WarmupSteps) return (Initial, false);
        if (step >= LastCut) return (Target, step == LastCut);
        var left = 1 - ((double)(step - WarmupSteps) / (LastCut - WarmupSteps));
        return ((int)(((Initial - Target) * left * left * left) + Target), step % Interval == 0);
    }
}
