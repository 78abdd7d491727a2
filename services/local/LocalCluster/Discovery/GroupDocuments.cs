using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.LocalCluster.ApiServer;

namespace Platform.LocalCluster.Discovery;

/// <summary>The classic documents: APIVersions, APIGroupList, APIGroup.</summary>
internal static class GroupDocuments
{
    public static JsonObject CoreVersions(HttpContext http) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = http.Request.Host.Value }),
    };

    public static JsonObject Groups(ResourceRegistry registry) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. Names(registry).Select(name => (JsonNode)Group(registry, name))]),
    };

    public static JsonObject Group(ResourceRegistry registry, string name)
    {
        var versions = Versions(registry, name).Select(version => new JsonObject { ["groupVersion"] = $"{name}/{version}", ["version"] = version }).ToList();
        return new JsonObject { ["name"] = name, ["versions"] = new JsonArray([.. versions.Select(v => (JsonNode)v)]), ["preferredVersion"] = versions[0].DeepClone() };
    }

    public static List<string> Names(ResourceRegistry registry) => [.. registry.All.Select(d => d.Group).Where(g => g.Length > 0).Distinct()];

    /// <summary>Best first: stable, then beta, then alpha; higher numbers before lower ones.</summary>
    public static List<string> Versions(ResourceRegistry registry, string group) =>
        [.. registry.All.Where(d => d.Group == group).Select(d => d.Version).Distinct().OrderDescending(VersionOrder.Instance)];
}
