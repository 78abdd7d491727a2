using k8s;
using k8s.Models;

namespace Platform.LocalCluster.Controllers;

/// <summary>A list of any kind, read without knowing the kind at compile time.</summary>
public sealed class ObjectList<T> : IKubernetesObject<V1ListMeta>, IItems<T>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ListMeta Metadata { get; set; } = new();

    public IList<T> Items { get; set; } = [];
}

/// <summary>What every object has; the rest of it is not read.</summary>
public sealed class ObjectMetadata : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();
}
