using System.Text.Json.Nodes;
using Platform.LocalCluster.Builtins;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.CustomResources;

/// <summary>CustomResourceDefinitions: defaults and checks.</summary>
internal sealed class DefinitionStrategy : ResourceStrategy
{
    public const string CleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

    public override void Default(JsonObject crd)
    {
        if (crd["spec"] is not JsonObject spec) return;
        if (spec["conversion"] is null) spec["conversion"] = new JsonObject { ["strategy"] = "None" };
        if (spec["names"] is not JsonObject names || names.Text("kind") is not { Length: > 0 } kind) return;
        if (string.IsNullOrEmpty(names.Text("singular"))) names["singular"] = kind.ToLowerInvariant();
        if (string.IsNullOrEmpty(names.Text("listKind"))) names["listKind"] = kind + "List";
    }

    public override void PrepareForCreate(JsonObject crd) => crd["status"] = new JsonObject
    {
        ["conditions"] = null,
        ["acceptedNames"] = new JsonObject { ["plural"] = "", ["kind"] = "" },
        ["storedVersions"] = new JsonArray([.. StorageVersions(crd).Select(v => (JsonNode)v)]),
    };

    public override void PrepareForUpdate(JsonObject crd, JsonObject old)
    {
        if (crd["status"] is not JsonObject status) return;
        var stored = (status.List("storedVersions") ?? []).Select(v => v.Text() ?? "").ToList();
        foreach (var version in StorageVersions(crd))
            if (!stored.Contains(version)) stored.Add(version);
        status["storedVersions"] = new JsonArray([.. stored.Select(v => (JsonNode)v)]);
    }

    public override void Validate(JsonObject crd, List<FieldError> errors) => DefinitionValidation.Check(crd, errors);

    private static IEnumerable<string> StorageVersions(JsonObject crd) =>
        (crd.List("spec", "versions") ?? []).Where(v => v.Flag("storage") == true).Select(v => v.Text("name") ?? "");
}
