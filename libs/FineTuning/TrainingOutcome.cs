namespace Platform.FineTuning;

/// <summary>What a finished run did.</summary>
/// <param name="FinalLoss">of the last step</param>
/// <param name="ResumedFromStep">0 when the run began anew</param>
public sealed record TrainingOutcome(long Steps, long Tokens, double FinalLoss, double TokensPerSecond, long ResumedFromStep);
