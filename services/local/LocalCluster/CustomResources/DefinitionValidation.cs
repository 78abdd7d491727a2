using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Schema;
using Platform.LocalCluster.Tables;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.CustomResources;

/// <summary>What a CustomResourceDefinition may not say, apart from its schemas.</summary>
internal static class DefinitionValidation
{
    private static readonly string[] ColumnTypes = ["boolean", "date", "integer", "number", "string"];

    public static void Check(JsonObject crd, List<FieldError> errors)
    {
        var spec = crd.Map("spec") ?? [];
        var (group, plural) = (spec.Text("group") ?? "", spec.Text("names", "plural") ?? "");
        if (crd.Text("metadata", "name") != $"{plural}.{group}")
            errors.Add(FieldError.Invalid("metadata.name", crd.At("metadata", "name"), "must be spec.names.plural+\".\"+spec.group"));
        CheckGroup(crd, group, errors);
        foreach (var name in (string[])["plural", "singular", "kind", "listKind"])
        {
            var value = spec.Text("names", name) ?? "";
            if (value.Length == 0) errors.Add(FieldError.Required($"spec.names.{name}"));
            else foreach (var problem in Names.Dns1035Label(value.ToLowerInvariant())) errors.Add(FieldError.Invalid($"spec.names.{name}", value, problem));
        }
        if (string.IsNullOrEmpty(spec.Text("scope"))) errors.Add(FieldError.Required("spec.scope"));
        else if (spec.Text("scope") is not ("Cluster" or "Namespaced")) errors.Add(FieldError.NotSupported("spec.scope", spec["scope"], ["Cluster", "Namespaced"]));
        if (spec.Text("conversion", "strategy") is "Webhook")
            errors.Add(FieldError.NotSupported("spec.conversion.strategy", "Webhook", ["None"]));
        CheckVersions(spec, errors);
    }

    private static void CheckGroup(JsonObject crd, string group, List<FieldError> errors)
    {
        if (group.Length == 0) errors.Add(FieldError.Required("spec.group"));
        else if (group.Split('.').Length < 2) errors.Add(FieldError.Invalid("spec.group", group, "should be a domain with at least one dot"));
        foreach (var problem in group.Length == 0 ? [] : Names.DnsSubdomain(group)) errors.Add(FieldError.Invalid("spec.group", group, problem));
        var isProtected = group.EndsWith(".k8s.io", StringComparison.Ordinal) || group.EndsWith(".kubernetes.io", StringComparison.Ordinal);
        if (isProtected && crd.Text("metadata", "annotations", "api-approved.kubernetes.io") is null)
        {
            errors.Add(FieldError.Required("metadata.annotations[api-approved.kubernetes.io]",
                "protected groups must have approval annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111"));
        }
    }

    private static void CheckVersions(JsonObject spec, List<FieldError> errors)
    {
        var versions = (spec.List("versions") ?? []).OfType<JsonObject>().ToList();
        var stored = versions.Count(v => v.Flag("storage") == true);
        if (stored != 1)
        {
            errors.Add(FieldError.Invalid("spec.versions", spec["versions"], "must have exactly one version marked as storage version"));
            if (stored == 0) errors.Add(FieldError.Invalid("status.storedVersions", new JsonArray(), "must have at least one stored version"));
        }
        HashSet<string> names = [];
        for (var i = 0; i < versions.Count; i++)
        {
            var (version, path) = (versions[i], $"spec.versions[{i}]");
            var name = version.Text("name") ?? "";
            foreach (var problem in Names.Dns1035Label(name)) errors.Add(FieldError.Invalid($"{path}.name", name, problem));
            if (!names.Add(name)) errors.Add(FieldError.Duplicate($"{path}.name", name));
            // A real server names the fields of the only version as if it stood at the top.
            var shared = versions.Count == 1 ? "spec" : path;
            var schemaPath = versions.Count == 1 ? "spec.validation.openAPIV3Schema" : $"{path}.schema.openAPIV3Schema";
            if (version.Map("schema", "openAPIV3Schema") is not { } schema)
            {
                errors.Add(FieldError.Required($"{path}.schema.openAPIV3Schema"));
                continue;
            }
            SchemaDefinitionValidation.Check(schema, schemaPath, errors);
            CheckColumns(version, shared, errors);
            var selectable = version.List("selectableFields") ?? [];
            for (var f = 0; f < selectable.Count; f++)
            {
                var jsonPath = selectable[f].Text("jsonPath") ?? "";
                if (!Exists(schema, jsonPath)) errors.Add(FieldError.Invalid($"{shared}.selectableFields[{f}].jsonPath", jsonPath, "is an invalid path: does not refer to a valid field"));
            }
        }
    }

    private static void CheckColumns(JsonObject version, string path, List<FieldError> errors)
    {
        var columns = version.List("additionalPrinterColumns") ?? [];
        for (var c = 0; c < columns.Count; c++)
        {
            var at = $"{path}.additionalPrinterColumns[{c}]";
            if (string.IsNullOrEmpty(columns[c].Text("name"))) errors.Add(FieldError.Required($"{at}.name"));
            if (columns[c].Text("type") is not { Length: > 0 } type) errors.Add(FieldError.Required($"{at}.type", $"must be one of {string.Join(",", ColumnTypes)}"));
            else if (!ColumnTypes.Contains(type)) errors.Add(FieldError.Invalid($"{at}.type", type, $"must be one of {string.Join(",", ColumnTypes)}"));
            if (columns[c].Text("jsonPath") is not { Length: > 0 } jsonPath) errors.Add(FieldError.Required($"{at}.JSONPath"));
            else if (JsonPath.Parse(jsonPath) is null) errors.Add(FieldError.Invalid($"{at}.jsonPath", jsonPath, "is an invalid json path"));
        }
    }

    private static bool Exists(JsonObject schema, string jsonPath)
    {
        JsonNode? node = schema;
        foreach (var field in jsonPath.TrimStart('.').Split('.')) node = node.At("properties", field);
        return node is JsonObject;
    }
}
