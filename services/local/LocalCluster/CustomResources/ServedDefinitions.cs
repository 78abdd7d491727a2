using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Schema;
using Platform.LocalCluster.Tables;

namespace Platform.LocalCluster.CustomResources;

/// <summary>The resources that a CustomResourceDefinition lets the server serve, one per served version.</summary>
internal static class ServedDefinitions
{
    private static readonly string[] Verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

    public static List<ResourceDefinition> Of(JsonObject crd, long revision)
    {
        var spec = crd.Map("spec")!;
        var versions = spec.List("versions")!.OfType<JsonObject>().ToList();
        var storage = $"{spec.Text("group")}/{versions.First(v => v.Flag("storage") == true).Text("name")}";
        return [.. versions.Where(v => v.Flag("served") == true).Select(v => Serve(crd, spec, v, storage, versions.Count > 1, revision))];
    }

    private static ResourceDefinition Serve(JsonObject crd, JsonObject spec, JsonObject version, string storage, bool converts, long revision)
    {
        var (group, name) = (spec.Text("group")!, version.Text("name")!);
        var names = spec.Map("names")!;
        return new ResourceDefinition
        {
            Group = group,
            Version = name,
            Plural = names.Text("plural")!,
            Singular = names.Text("singular") ?? names.Text("kind")!.ToLowerInvariant(),
            Kind = names.Text("kind")!,
            ListKind = names.Text("listKind") ?? names.Text("kind") + "List",
            Namespaced = spec.Text("scope") == "Namespaced",
            ShortNames = Strings(names.List("shortNames")),
            Categories = Strings(names.List("categories")),
            Verbs = Verbs,
            Schema = SchemaReader.Read(version.Map("schema", "openAPIV3Schema")!, root: true),
            Table = new CustomTable(version.List("additionalPrinterColumns")),
            HasStatus = version.At("subresources", "status") is not null,
            HasGeneration = true,
            AllowsUnconditionalUpdate = false,
            SelectableFields = [.. (version.List("selectableFields") ?? []).Select(f => (f.Text("jsonPath") ?? "").TrimStart('.'))],
            Conversion = converts ? new ApiVersionConversion($"{group}/{name}", storage) : null,
            SchemaRevision = revision,
            Source = version,
        };
    }

    private static List<string> Strings(JsonArray? list) => [.. (list ?? []).Select(s => s.Text() ?? "")];
}
