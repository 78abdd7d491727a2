using k8s;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Kubelet.Containers;
using Platform.LocalCluster.Kubelet.Limits;
using Platform.LocalCluster.Kubelet.Nodes;
using Platform.LocalCluster.Kubelet.Volumes;

namespace Platform.LocalCluster.Kubelet.Pods;

/// <summary>What all pods of one kubelet share.</summary>
public sealed record PodContext(
    IKubernetes Client,
    ProcessKubeletOptions Options,
    ImageCatalog Images,
    GpuPool Gpus,
    ServiceAccountTokens Tokens,
    IReadOnlyDictionary<string, decimal> Allocatable,
    EventRecorder Events,
    TimeProvider Time,
    ILogger Logger)
{
    /// <summary>Where containers get their control groups; null: the machine lends none.</summary>
    public CgroupTree? Cgroups { get; set; }

    public string FolderOf(string podUid) => Path.Combine(Options.RootFolder, "pods", podUid);

    /// <summary>Begins the mark of every process of this kubelet; the folder is what makes two of them differ.</summary>
    public string Mark => Options.RootFolder + "|";

    public string MarkOf(string podUid, string container) => $"{Mark}{podUid}|{container}|";
}
