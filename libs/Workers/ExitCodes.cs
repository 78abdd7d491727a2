namespace Platform.Workers;

/// <summary>What a worker's exit code tells the Job that runs it.</summary>
public static class ExitCodes
{
    /// <summary>The result was written.</summary>
    public const int Success = 0;

    /// <summary>Another attempt may succeed.</summary>
    public const int Retry = 1;

    /// <summary>Only a new spec can help; the Job's podFailurePolicy fails the Job at once.</summary>
    public const int Failed = 2;

    /// <summary>128 + SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>128 + SIGTERM.</summary>
    public const int Terminated = 143;
}
