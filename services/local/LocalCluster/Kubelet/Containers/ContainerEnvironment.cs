using System.Text;
using k8s.Models;

namespace Platform.LocalCluster.Kubelet.Containers;

/// <summary>Builds the environment of a container in the order in which Kubernetes does: the last one to set a name wins.</summary>
public sealed class ContainerEnvironment(ReferencedObjects objects, DownwardFields fields, IReadOnlyList<string> inherited)
{
    public async Task<Dictionary<string, string>> BuildAsync(V1Pod pod, V1Container container, CancellationToken cancel)
    {
        Dictionary<string, string> result = [];
        foreach (var name in inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                result[name] = value;
            }
        }

        result["HOSTNAME"] = pod.Spec.Hostname ?? pod.Metadata.Name;
        foreach (var source in container.EnvFrom ?? [])
        {
            await AddAllAsync(source, result, cancel);
        }

        foreach (var variable in container.Env ?? [])
        {
            var value = variable.ValueFrom is null
                ? VariableExpansion.Expand(variable.Value ?? "", result)
                : await ReadAsync(variable.ValueFrom, container, cancel);
            if (value is not null)
            {
                result[variable.Name] = value;
            }
        }

        return result;
    }

    private async Task AddAllAsync(V1EnvFromSource source, Dictionary<string, string> result, CancellationToken cancel)
    {
        var values = source switch
        {
            { ConfigMapRef: { } map } => await objects.ConfigMapAsync(map.Name, cancel)
                ?? Missing(map.Optional, $"configmap \"{map.Name}\" not found"),
            { SecretRef: { } secret } => await objects.SecretAsync(secret.Name, cancel)
                ?? Missing(secret.Optional, $"secret \"{secret.Name}\" not found"),
            _ => new Dictionary<string, byte[]>(),
        };
        foreach (var (key, value) in values)
        {
            result[source.Prefix + key] = Encoding.UTF8.GetString(value);
        }
    }

    private async Task<string?> ReadAsync(V1EnvVarSource source, V1Container container, CancellationToken cancel)
    {
        switch (source)
        {
            case { FieldRef: { } field }:
                return fields.Field(field.FieldPath);
            case { ResourceFieldRef: { } resource }:
                return fields.Resource(resource, container);
            case { ConfigMapKeyRef: { } key }:
                var map = await objects.ConfigMapAsync(key.Name, cancel) ?? Missing(key.Optional, $"configmap \"{key.Name}\" not found");
                return Pick(map, key.Key, key.Optional, $"couldn't find key {key.Key} in ConfigMap {key.Name}");
            case { SecretKeyRef: { } key }:
                var secret = await objects.SecretAsync(key.Name, cancel) ?? Missing(key.Optional, $"secret \"{key.Name}\" not found");
                return Pick(secret, key.Key, key.Optional, $"couldn't find key {key.Key} in Secret {key.Name}");
            default:
                return "";
        }
    }

    private static string? Pick(IReadOnlyDictionary<string, byte[]> values, string key, bool? optional, string problem) =>
        values.TryGetValue(key, out var value) ? Encoding.UTF8.GetString(value)
        : optional == true ? null
        : throw new ContainerConfigException(problem);

    private static Dictionary<string, byte[]> Missing(bool? optional, string problem) =>
        optional == true ? [] : throw new ContainerConfigException(problem);
}
