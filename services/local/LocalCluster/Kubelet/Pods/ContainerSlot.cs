using k8s.Models;
using Platform.LocalCluster.Kubelet.Containers;

namespace Platform.LocalCluster.Kubelet.Pods;

/// <summary>A container's place in its pod: what runs there, how the last attempts ended, when the next may begin.</summary>
public sealed class ContainerSlot(V1Container spec, bool isInit, ContainerFolder folder)
{
    public V1Container Spec { get; } = spec;

    public bool IsInit { get; } = isInit;

    /// <summary>An init container that goes on running beside the others.</summary>
    public bool IsSidecar => IsInit && Spec.RestartPolicy == "Always";

    public ContainerFolder Folder { get; } = folder;

    public ContainerRun? Run { get; set; }

    /// <summary>How the latest attempt ended; null while it runs, or before the first.</summary>
    public ContainerEnd? End { get; set; }

    public ContainerEnd? EarlierEnd { get; set; }

    /// <summary>Why nothing runs yet.</summary>
    public (string Reason, string? Message) Waiting { get; set; } = ("PodInitializing", null);

    public int RestartCount { get; set; }

    public int RestartsInARow { get; set; }

    public DateTimeOffset NotBefore { get; set; }

    public bool PassesStartup { get; set; }

    public bool PassesReadiness { get; set; }

    public bool IsRunning => Run is not null;

    public bool IsReady => IsRunning && PassesStartup && PassesReadiness;

    public bool HasSucceeded => End is { ExitCode: 0 };

    public bool MayRestart(string podPolicy) => IsSidecar || podPolicy switch
    {
        "Always" => !IsInit || !HasSucceeded,
        "OnFailure" => !HasSucceeded,
        _ => false,
    };
}
