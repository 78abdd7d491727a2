using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;

namespace Platform.LocalCluster.Discovery;

/// <summary>apidiscovery.k8s.io: everything in one document.</summary>
internal static class AggregatedDocuments
{
    public static JsonObject Of(ResourceRegistry registry, bool core, string version) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = "apidiscovery.k8s.io/" + version,
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. (core ? [""] : GroupDocuments.Names(registry)).Select(group => (JsonNode)Group(registry, group))]),
    };

    private static JsonObject Group(ResourceRegistry registry, string group)
    {
        var metadata = new JsonObject();
        if (group.Length > 0) metadata["name"] = group;
        return new JsonObject
        {
            ["metadata"] = metadata,
            ["versions"] = new JsonArray([.. GroupDocuments.Versions(registry, group).Select(version => (JsonNode)new JsonObject
            {
                ["version"] = version,
                ["resources"] = new JsonArray([.. registry.All.Where(d => d.Group == group && d.Version == version).OrderBy(d => d.Plural, StringComparer.Ordinal).Select(d => (JsonNode)Resource(d))]),
                ["freshness"] = "Current",
            })]),
        };
    }

    private static JsonObject Resource(ResourceDefinition definition)
    {
        var json = new JsonObject
        {
            ["resource"] = definition.Plural,
            ["responseKind"] = Kind(definition, definition.Kind),
            ["scope"] = definition.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = definition.Singular,
            ["verbs"] = ResourceLists.Strings(definition.Verbs),
        };
        if (definition.ShortNames.Count > 0) json["shortNames"] = ResourceLists.Strings(definition.ShortNames);
        if (definition.Categories.Count > 0) json["categories"] = ResourceLists.Strings(definition.Categories);
        var subresources = new JsonArray([.. ResourceLists.Subresources(definition).Select(s => (JsonNode)new JsonObject
        {
            ["subresource"] = s.Name, ["verbs"] = ResourceLists.Strings(s.Verbs),
            ["responseKind"] = s.Group.Length > 0 ? new JsonObject { ["group"] = s.Group, ["version"] = s.Version, ["kind"] = s.Kind } : Kind(definition, s.Kind),
        })]);
        if (subresources.Count > 0) json["subresources"] = subresources;
        return json;
    }

    /// <summary>Built-ins leave group and version empty (they are the list's own), custom resources spell them out.</summary>
    private static JsonObject Kind(ResourceDefinition definition, string kind) => definition.IsCustom
        ? new JsonObject { ["group"] = definition.Group, ["version"] = definition.Version, ["kind"] = kind }
        : new JsonObject { ["group"] = "", ["version"] = "", ["kind"] = kind };
}
