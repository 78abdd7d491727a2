using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace Platform.FineTune.Api.V1Alpha1;

/// <summary>Turns a base model and a dataset into a fine-tuned, quantized, evaluated and registered model.</summary>
[KubernetesEntity(Group = ApiGroup, ApiVersion = Version, Kind = KindName, PluralName = Plural)]
public sealed record FineTuneJob : IKubernetesObject<V1ObjectMeta>, ISpec<FineTuneJobSpec>, IStatus<FineTuneJobStatus>
{
    public const string ApiGroup = "finetune.platform.io";
    public const string Version = "v1alpha1";
    public const string KindName = "FineTuneJob";
    public const string Plural = "finetunejobs";

    public string ApiVersion { get; set; } = $"{ApiGroup}/{Version}";
    public string Kind { get; set; } = KindName;
    public V1ObjectMeta Metadata { get; set; } = new();
    public required FineTuneJobSpec Spec { get; set; }
    public FineTuneJobStatus Status { get; set; } = new();

    /// <summary>The identity of this run everywhere: the object's UID.</summary>
    [JsonIgnore]
    public string RunId => Metadata.Uid;

    [JsonIgnore]
    public long Generation => Metadata.Generation ?? 0;

    /// <summary><c>namespace/name</c>.</summary>
    [JsonIgnore]
    public string Path => $"{Metadata.NamespaceProperty}/{Metadata.Name}";
}
