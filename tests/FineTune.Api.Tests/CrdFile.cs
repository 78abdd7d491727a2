using k8s;
using k8s.Models;
using Platform.Testing;

namespace Platform.FineTune.Api.Tests;

internal static class CrdFile
{
    public static V1CustomResourceDefinition Read() => KubernetesYaml.Deserialize<V1CustomResourceDefinition>(
        File.ReadAllText(Path.Combine(RepositoryFolder.Root, "charts", "platform", "files", "crds", "finetunejobs.yaml")));

    public static V1JSONSchemaProps Schema() => Read().Spec.Versions.Single().Schema.OpenAPIV3Schema;

    public static IEnumerable<(string Path, V1JSONSchemaProps Schema)> Walk(V1JSONSchemaProps schema, string path = "")
    {
        yield return (path, schema);
        var children = (schema.Properties ?? new Dictionary<string, V1JSONSchemaProps>()).Select(p => ($"{path}.{p.Key}", p.Value));
        if (ItemsOf(schema) is { } items) children = children.Append(($"{path}[]", items));
        if (ValuesOf(schema) is { } values) children = children.Append(($"{path}{{}}", values));
        foreach (var (childPath, child) in children)
            foreach (var found in Walk(child, childPath)) yield return found;
    }

    public static V1JSONSchemaProps? ItemsOf(V1JSONSchemaProps schema) => AsSchema(schema.Items);

    public static V1JSONSchemaProps? ValuesOf(V1JSONSchemaProps schema) => AsSchema(schema.AdditionalProperties);

    // The client types these two as object: what YAML holds there is a mapping.
    private static V1JSONSchemaProps? AsSchema(object? value) =>
        value is null ? null : KubernetesYaml.Deserialize<V1JSONSchemaProps>(KubernetesYaml.Serialize(value));
}
