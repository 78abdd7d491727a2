namespace Platform.FineTune.Operator;

/// <summary>What a phase came to, and therefore what happens next.</summary>
public abstract record Outcome
{
    /// <summary>The phase holds; the next one may run.</summary>
    public sealed record Done : Outcome;

    /// <summary>The world will change; look again.</summary>
    public sealed record Waiting(string Reason, string Message, TimeSpan RetryAfter) : Outcome;

    /// <summary>Only a new spec can help.</summary>
    public sealed record Stalled(string Reason, string Message) : Outcome;

    public static readonly Outcome Completed = new Done();
}
