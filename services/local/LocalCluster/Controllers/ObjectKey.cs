using k8s;
using k8s.Models;

namespace Platform.LocalCluster.Controllers;

/// <summary>Namespace (empty for cluster-wide objects) and name.</summary>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    public static ObjectKey Of(IMetadata<V1ObjectMeta> item) =>
        new(item.Metadata.NamespaceProperty ?? "", item.Metadata.Name);

    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
