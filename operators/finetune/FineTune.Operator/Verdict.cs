namespace Platform.FineTune.Operator;

/// <summary>What one look at a job came to.</summary>
/// <param name="Outcome">Done, waiting or stalled.</param>
/// <param name="At">The stage that is not done; null when all are, or when the phases did not run.</param>
/// <param name="KeepsFindings">Whether the phases did not run, so that what they found last time still stands.</param>
/// <param name="Suspended">Whether the job stands still because its spec says so.</param>
public sealed record Verdict(Outcome Outcome, Stage? At, bool KeepsFindings = false, bool Suspended = false);
