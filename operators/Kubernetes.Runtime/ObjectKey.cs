using k8s;
using k8s.Models;

namespace Platform.Kubernetes.Runtime;

/// <summary>Namespace and name of an object.</summary>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    public static ObjectKey Of(IMetadata<V1ObjectMeta> entity) => new(entity.Metadata.NamespaceProperty ?? "", entity.Metadata.Name);

    /// <summary>The key of the object that controls <paramref name="owned"/>, when it is of the given kind.</summary>
    public static ObjectKey? OfController(IMetadata<V1ObjectMeta> owned, KubernetesEntityAttribute owner)
    {
        foreach (var reference in owned.Metadata.OwnerReferences ?? [])
            if (reference.Controller == true && reference.Kind == owner.Kind && GroupOf(reference.ApiVersion) == (owner.Group ?? ""))
                return new(owned.Metadata.NamespaceProperty ?? "", reference.Name);
        return null;
    }

    // `v1` is of the core group, whose name is empty; `batch/v1` is of the group batch.
    private static string GroupOf(string apiVersion) => apiVersion.Contains('/') ? apiVersion.Split('/')[0] : "";

    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
