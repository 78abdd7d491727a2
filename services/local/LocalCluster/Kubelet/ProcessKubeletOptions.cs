using System.Net;

namespace Platform.LocalCluster.Kubelet;

/// <summary>What the process kubelet is and may do.</summary>
public sealed class ProcessKubeletOptions
{
    public string NodeName { get; set; } = "local";

    /// <summary>Holds a folder per pod. One kubelet at a time may use it.</summary>
    public required string RootFolder { get; set; }

    /// <summary>
    /// What to run for an image: its entry point. Keys are image references, with tag or digest or without; a reference
    /// without one stands for all of them.
    /// </summary>
    public Dictionary<string, IReadOnlyList<string>> Images { get; set; } = [];

    /// <summary>
    /// Whether a container with a `command` and an image that is not in <see cref="Images"/> runs that command on this
    /// machine. Turn it off when others may create pods.
    /// </summary>
    public bool RunsUnknownImages { get; set; } = true;

    /// <summary>The port of the log endpoint; 0: any free one.</summary>
    public int LogPort { get; set; }

    /// <summary>Where the node is reached: its log endpoint listens there. Null: the address that faces the API server.</summary>
    public IPAddress? NodeAddress { get; set; }

    /// <summary>How often the files of config maps, secrets and tokens are brought up to date.</summary>
    public TimeSpan VolumeRefresh { get; set; } = TimeSpan.FromMinutes(1);

    public Dictionary<string, string> NodeLabels { get; set; } = [];

    /// <summary>GPUs to offer; null: those that the NVIDIA driver of this machine lists.</summary>
    public int? Gpus { get; set; }

    /// <summary>Variables of the platform's own environment that containers get too.</summary>
    public IReadOnlyList<string> InheritedVariables { get; set; } =
    [
        "PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "DOTNET_ROOT", "DOTNET_CLI_HOME", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR",
    ];

    public long LogFileBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>Files kept per attempt.</summary>
    public int LogFiles { get; set; } = 5;

    /// <summary>The wait before the second restart of a container; the first is immediate, later ones double.</summary>
    public TimeSpan RestartBackOff { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan LongestRestartBackOff { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long containers may take to end when the kubelet stops.</summary>
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether control groups enforce resource limits where the machine lends the platform a part of their tree.</summary>
    public bool UsesCgroups { get; set; } = true;

    /// <summary>The folder of a cgroup v2 group that was delegated to the platform; null: the one it was started in.</summary>
    public string? CgroupFolder { get; set; }

    /// <summary>Processes and threads that one container may have, where a control group enforces it; null: any number.</summary>
    public long? PodPidsLimit { get; set; }

    /// <summary>How often memory is compared with its limit where no control group does so.</summary>
    public TimeSpan MemoryCheck { get; set; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan LeaseRenewal { get; set; } = TimeSpan.FromSeconds(10);

    public string KubeletVersion { get; set; } = "v1.36.0";
}
