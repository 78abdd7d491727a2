using System.Collections.Frozen;
using k8s.Models;

namespace Platform.LocalCluster.Schema;

/// <summary>
/// What the API's type declarations say about lists beyond their element type: the strategic merge key, the server-side apply
/// keys, and which fields are required. Lists that are not named here are replaced as a whole.
/// </summary>
internal static class ListMarkers
{
    public static readonly FrozenSet<Type> AtomicMaps = new[]
    {
        typeof(V1ObjectReference), typeof(V1LocalObjectReference), typeof(V1TypedLocalObjectReference), typeof(V1SecretReference), typeof(V1SecretKeySelector),
        typeof(V1ConfigMapKeySelector), typeof(V1ObjectFieldSelector), typeof(V1ResourceFieldSelector), typeof(V1OwnerReference), typeof(V1LabelSelector),
        typeof(V1NodeSelector), typeof(V1NodeSelectorTerm), typeof(V1TopologySelectorTerm),
    }.ToFrozenSet();

    /// <summary>Patch key (empty: merged by value; null: not merged), then the keys for apply (none and a merge by value: a set).</summary>
    private sealed record Marker(string? PatchKey, bool Set = false, params string[] Keys);

    private static Marker ByKey(string key) => new(key, false, key);

    private static readonly FrozenDictionary<(Type, string), Marker> Lists = new Dictionary<(Type, string), Marker>
    {
        [(typeof(V1ObjectMeta), "ownerReferences")] = ByKey("uid"),
        [(typeof(V1ObjectMeta), "finalizers")] = new("", Set: true),
        [(typeof(V1PodSpec), "containers")] = ByKey("name"),
        [(typeof(V1PodSpec), "initContainers")] = ByKey("name"),
        [(typeof(V1PodSpec), "ephemeralContainers")] = ByKey("name"),
        [(typeof(V1PodSpec), "volumes")] = ByKey("name"),
        [(typeof(V1PodSpec), "imagePullSecrets")] = ByKey("name"),
        [(typeof(V1PodSpec), "hostAliases")] = ByKey("ip"),
        [(typeof(V1PodSpec), "resourceClaims")] = ByKey("name"),
        [(typeof(V1PodSpec), "schedulingGates")] = ByKey("name"),
        [(typeof(V1PodSpec), "topologySpreadConstraints")] = new("topologyKey", false, "topologyKey", "whenUnsatisfiable"),
        [(typeof(V1Container), "env")] = ByKey("name"),
        [(typeof(V1Container), "ports")] = new("containerPort", false, "containerPort", "protocol"),
        [(typeof(V1Container), "volumeMounts")] = ByKey("mountPath"),
        [(typeof(V1Container), "volumeDevices")] = ByKey("devicePath"),
        [(typeof(V1EphemeralContainer), "env")] = ByKey("name"),
        [(typeof(V1EphemeralContainer), "ports")] = new("containerPort", false, "containerPort", "protocol"),
        [(typeof(V1EphemeralContainer), "volumeMounts")] = ByKey("mountPath"),
        [(typeof(V1ResourceRequirements), "claims")] = new(null, false, "name"),
        [(typeof(V1PodStatus), "conditions")] = ByKey("type"),
        [(typeof(V1PodStatus), "podIPs")] = ByKey("ip"),
        [(typeof(V1PodStatus), "hostIPs")] = new("ip"),
        [(typeof(V1NodeSpec), "podCIDRs")] = new("", Set: true),
        [(typeof(V1NodeStatus), "conditions")] = ByKey("type"),
        [(typeof(V1NodeStatus), "addresses")] = ByKey("type"),
        [(typeof(V1NamespaceStatus), "conditions")] = ByKey("type"),
        [(typeof(V1JobStatus), "conditions")] = new("type"),
        [(typeof(V1PodFailurePolicyOnExitCodesRequirement), "values")] = new(null, Set: true),
        [(typeof(V1ServiceSpec), "ports")] = new("port", false, "port", "protocol"),
        [(typeof(V1ServiceStatus), "conditions")] = ByKey("type"),
        [(typeof(V1ServiceAccount), "secrets")] = ByKey("name"),
        [(typeof(V1CustomResourceDefinitionStatus), "conditions")] = new(null, false, "type"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<Type, string[]> RequiredFields = new Dictionary<Type, string[]>
    {
        [typeof(V1JobSpec)] = ["template"],
        [typeof(V1PodSpec)] = ["containers"],
        [typeof(V1Container)] = ["name"],
        [typeof(V1EnvVar)] = ["name"],
        [typeof(V1ContainerPort)] = ["containerPort"],
        [typeof(V1Volume)] = ["name"],
        [typeof(V1VolumeMount)] = ["name", "mountPath"],
        [typeof(V1OwnerReference)] = ["apiVersion", "kind", "name", "uid"],
        [typeof(V1PodFailurePolicy)] = ["rules"],
        [typeof(V1PodFailurePolicyRule)] = ["action"],
        [typeof(V1PodFailurePolicyOnExitCodesRequirement)] = ["operator", "values"],
        [typeof(V1PodFailurePolicyOnPodConditionsPattern)] = ["type"],
        [typeof(V1SuccessPolicy)] = ["rules"],
        [typeof(V1LabelSelectorRequirement)] = ["key", "operator"],
        [typeof(V1HostPathVolumeSource)] = ["path"],
        [typeof(V1KeyToPath)] = ["key", "path"],
        [typeof(V1SecretKeySelector)] = ["key"],
        [typeof(V1ConfigMapKeySelector)] = ["key"],
        [typeof(V1ObjectFieldSelector)] = ["fieldPath"],
        [typeof(V1ResourceFieldSelector)] = ["resource"],
        [typeof(V1PersistentVolumeClaimVolumeSource)] = ["claimName"],
        [typeof(V1ServicePort)] = ["port"],
        [typeof(V1Taint)] = ["key", "effect"],
        [typeof(V1CustomResourceDefinition)] = ["spec"],
        [typeof(V1CustomResourceDefinitionSpec)] = ["group", "names", "scope", "versions"],
        [typeof(V1CustomResourceDefinitionNames)] = ["plural", "kind"],
        [typeof(V1CustomResourceDefinitionVersion)] = ["name", "served", "storage"],
        [typeof(V1CustomResourceColumnDefinition)] = ["name", "type", "jsonPath"],
        [typeof(V1SelectableField)] = ["jsonPath"],
        [typeof(V1ValidationRule)] = ["rule"],
        [typeof(V1RoleBinding)] = ["roleRef"],
        [typeof(V1ClusterRoleBinding)] = ["roleRef"],
        [typeof(Corev1Event)] = ["metadata", "involvedObject"],
        [typeof(Eventsv1Event)] = ["eventTime"],
    }.ToFrozenDictionary();

    public static string[] Required(Type type) => RequiredFields.GetValueOrDefault(type) ?? [];

    public static void Mark(Type owner, string field, StructuralSchema list)
    {
        if (!Lists.TryGetValue((owner, field), out var marker)) return;
        list.PatchMerges = marker.PatchKey is not null;
        list.PatchMergeKey = string.IsNullOrEmpty(marker.PatchKey) ? null : marker.PatchKey;
        list.ListKind = marker.Keys.Length > 0 ? ListKind.Map : marker.Set ? ListKind.Set : ListKind.Atomic;
        list.ListMapKeys = marker.Keys;
        // A key that has a default counts even where the request leaves it out.
        if (marker.Keys.Contains("protocol") && list.Items is { } port)
            port.Properties["protocol"] = new StructuralSchema { Type = "string", HasDefault = true, Default = "TCP" };
    }
}
