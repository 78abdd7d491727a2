namespace Platform.FineTuning;

/// <summary>The loss on validation rows after a step.</summary>
/// <param name="Loss">mean over the rows' supervised tokens, texts or pairs</param>
/// <param name="IsBest">whether it is the lowest so far</param>
/// <param name="Took">how long measuring took</param>
public sealed record Measurement(long Step, double Loss, bool IsBest, TimeSpan Took);
