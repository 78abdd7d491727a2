namespace Platform.LocalCluster.Kubelet.Processes;

/// <summary>What to run: the command, its whole environment, its folder, and the mark by which it is found again.</summary>
public sealed record ProcessLaunch(
    IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment, string WorkingFolder, string Mark)
{
    /// <summary>Bytes; above it the processes are killed as out of memory.</summary>
    public long? MemoryLimit { get; init; }
}

/// <summary>The command cannot be started at all.</summary>
public sealed class CannotStartException(string message) : Exception(message);
