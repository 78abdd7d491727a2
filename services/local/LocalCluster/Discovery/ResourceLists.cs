using System.Text;
using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;

namespace Platform.LocalCluster.Discovery;

/// <summary>APIResourceList of one group version.</summary>
internal static class ResourceLists
{
    private static readonly string[] StatusVerbs = ["get", "patch", "update"];

    public static JsonObject Of(ResourceRegistry registry, string group, string version)
    {
        var resources = new JsonArray();
        foreach (var definition in registry.All.Where(d => d.Group == group && d.Version == version).OrderBy(d => d.Plural, StringComparer.Ordinal))
        {
            resources.Add(Main(definition));
            foreach (var sub in Subresources(definition)) resources.Add(sub.ToClassic(definition));
        }
        var list = new JsonObject { ["kind"] = "APIResourceList", ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}", ["resources"] = resources };
        if (group.Length > 0) list["apiVersion"] = "v1";
        return list;
    }

    public static IEnumerable<Subresource> Subresources(ResourceDefinition definition)
    {
        switch (definition.QualifiedName)
        {
            case "pods":
                yield return new("binding", "Binding", ["create"]);
                yield return new("eviction", "Eviction", ["create"], "policy", "v1");
                yield return new("log", "Pod", ["get"]);
                break;
            case "namespaces":
                yield return new("finalize", "Namespace", ["update"]);
                break;
            case "serviceaccounts":
                yield return new("token", "TokenRequest", ["create"], "authentication.k8s.io", "v1");
                break;
        }
        if (definition.HasStatus) yield return new("status", definition.Kind, StatusVerbs);
    }

    public static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)v)]);

    private static JsonObject Main(ResourceDefinition definition)
    {
        var json = new JsonObject
        {
            ["name"] = definition.Plural,
            ["singularName"] = definition.Singular,
            ["namespaced"] = definition.Namespaced,
            ["kind"] = definition.Kind,
            ["verbs"] = Strings(definition.Verbs),
        };
        if (definition.ShortNames.Count > 0) json["shortNames"] = Strings(definition.ShortNames);
        if (definition.Categories.Count > 0) json["categories"] = Strings(definition.Categories);
        if (!definition.IsReview) json["storageVersionHash"] = Convert.ToBase64String(SHA(definition));
        return json;
    }

    private static byte[] SHA(ResourceDefinition definition) =>
        System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes($"{definition.ApiVersion}/{definition.Kind}"))[..8];

    internal sealed record Subresource(string Name, string Kind, string[] Verbs, string Group = "", string Version = "")
    {
        public JsonObject ToClassic(ResourceDefinition definition)
        {
            var json = new JsonObject { ["name"] = $"{definition.Plural}/{Name}", ["singularName"] = "", ["namespaced"] = definition.Namespaced, ["kind"] = Kind, ["verbs"] = Strings(Verbs) };
            if (Group.Length > 0) (json["group"], json["version"]) = (Group, Version);
            return json;
        }
    }
}
