using Platform.Protos.Workers.V1;

namespace Platform.Workers;

/// <summary>A failure that the worker understands; the host writes it into the result and exits with 2, or 1 when a retry may help.</summary>
public sealed class WorkerFailureException(string reason, string message, bool retryable = false, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="FailureReasons"/>.</summary>
    public string Reason { get; } = reason;

    public bool Retryable { get; } = retryable;

    public WorkerFailure ToFailure() => new() { Reason = Reason, Message = Message, Retryable = Retryable };
}
