using System.Globalization;
using k8s.Models;

namespace Platform.LocalCluster.Kubelet.Containers;

/// <summary>fieldRef and resourceFieldRef: what a container may know of its own pod.</summary>
public sealed class DownwardFields(Func<V1Pod> current, IReadOnlyDictionary<string, decimal> allocatable, System.Net.IPAddress address)
{
    /// <summary>Whether what may change in a living pod and be read by it has changed.</summary>
    public static bool Differ(V1Pod one, V1Pod other) =>
        Lines(one.Metadata.Labels) != Lines(other.Metadata.Labels) || Lines(one.Metadata.Annotations) != Lines(other.Metadata.Annotations);

    public string Field(string path)
    {
        var pod = current();
        var metadata = pod.Metadata;
        return path switch
        {
            "metadata.name" => metadata.Name,
            "metadata.namespace" => metadata.NamespaceProperty,
            "metadata.uid" => metadata.Uid,
            "metadata.labels" => Lines(metadata.Labels),
            "metadata.annotations" => Lines(metadata.Annotations),
            "spec.nodeName" => pod.Spec.NodeName,
            "spec.serviceAccountName" => pod.Spec.ServiceAccountName ?? "",
            "status.hostIP" or "status.hostIPs" or "status.podIP" or "status.podIPs" => address.ToString(),
            _ when Subscript(path, "metadata.labels") is { } label => metadata.Labels?.TryGetValue(label, out var value) == true ? value : "",
            _ when Subscript(path, "metadata.annotations") is { } name => metadata.Annotations?.TryGetValue(name, out var value) == true ? value : "",
            _ => throw new ContainerConfigException($"unsupported fieldPath: {path}"),
        };
    }

    public string Resource(V1ResourceFieldSelector selector, V1Container container)
    {
        var source = selector.ContainerName is { Length: > 0 } name
            ? current().Spec.Containers.Concat(current().Spec.InitContainers ?? []).FirstOrDefault(other => other.Name == name) ?? container
            : container;
        var parts = selector.Resource.Split('.', 2);
        var quantities = parts[0] == "limits" ? source.Resources?.Limits : source.Resources?.Requests;
        // Without a limit of its own a container may use the node.
        var value = quantities is not null && quantities.TryGetValue(parts[^1], out var quantity) ? quantity.ToDecimal()
            : parts[0] == "limits" ? allocatable.GetValueOrDefault(parts[^1])
            : 0;
        var divisor = selector.Divisor?.ToDecimal() is { } given and > 0 ? given : 1;
        return Math.Ceiling(value / divisor).ToString(CultureInfo.InvariantCulture);
    }

    private static string? Subscript(string path, string map) =>
        path.StartsWith(map + "['", StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal)
            ? path[(map.Length + 2)..^2]
            : null;

    private static string Lines(IDictionary<string, string>? map) => string.Join('\n', (map ?? new Dictionary<string, string>())
        .OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => $"{entry.Key}=\"{entry.Value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")}\""));
}
