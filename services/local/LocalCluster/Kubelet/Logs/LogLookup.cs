namespace Platform.LocalCluster.Kubelet.Logs;

/// <summary>A log, or the answer that there is none.</summary>
public sealed record LogLookup(LogReader? Reader, int StatusCode, string? Problem)
{
    public static LogLookup Found(LogReader reader) => new(reader, StatusCodes.Status200OK, null);

    public static LogLookup NotFound(string problem) => new(null, StatusCodes.Status404NotFound, problem);

    /// <summary>Not now, or not any more.</summary>
    public static LogLookup Refused(string problem) => new(null, StatusCodes.Status400BadRequest, problem);
}
