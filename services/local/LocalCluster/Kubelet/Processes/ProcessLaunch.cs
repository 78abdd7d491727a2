using Platform.LocalCluster.Kubelet.Limits;

namespace Platform.LocalCluster.Kubelet.Processes;

/// <summary>What to run: the command, its whole environment, its folder, and the mark by which it is found again.</summary>
public sealed record ProcessLaunch(
    IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment, string WorkingFolder, string Mark)
{
    public ResourceLimits Limits { get; init; } = ResourceLimits.None;

    /// <summary>The group that enforces the limits, and the folder for the gate before it; null: there is none.</summary>
    public (ContainerCgroup Cgroup, string GateFolder)? Group { get; init; }
}

/// <summary>The command cannot be started at all.</summary>
public sealed class CannotStartException(string message) : Exception(message);
