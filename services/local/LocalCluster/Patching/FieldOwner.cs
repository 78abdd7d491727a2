using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Patching;

/// <summary>One entry of managedFields.</summary>
internal sealed record FieldOwner(string Manager, string Operation, string ApiVersion, string Subresource, string Time, FieldSet Fields)
{
    public bool IsApply => Operation == "Apply";

    public bool SameIdentity(FieldOwner other) =>
        (Manager, Operation, ApiVersion, Subresource) == (other.Manager, other.Operation, other.ApiVersion, other.Subresource);

    /// <summary>How a conflict names the owner.</summary>
    public string Show()
    {
        var subresource = Subresource.Length > 0 ? $" with subresource \"{Subresource}\"" : "";
        return IsApply ? $"\"{Manager}\"{subresource}" : $"\"{Manager}\"{subresource} using {ApiVersion}";
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["manager"] = Manager,
            ["operation"] = Operation,
            ["apiVersion"] = ApiVersion,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = Fields.ToJson(),
        };
        if (Time.Length > 0) json["time"] = Time;
        if (Subresource.Length > 0) json["subresource"] = Subresource;
        return json;
    }

    public static List<FieldOwner> Read(JsonNode obj) =>
    [
        .. (obj.List("metadata", "managedFields") ?? []).Select(entry => new FieldOwner(entry.Text("manager") ?? "", entry.Text("operation") ?? "Update",
            entry.Text("apiVersion") ?? "", entry.Text("subresource") ?? "", entry.Text("time") ?? "", FieldSet.FromJson(entry.Map("fieldsV1")))),
    ];

    public static void Write(JsonObject obj, IEnumerable<FieldOwner> owners)
    {
        var list = new JsonArray([.. owners.Where(o => !o.Fields.IsEmpty).Select(o => (JsonNode)o.ToJson())]);
        var metadata = obj.MapOrNew("metadata");
        if (list.Count == 0) metadata.Remove("managedFields");
        else metadata["managedFields"] = list;
    }
}
