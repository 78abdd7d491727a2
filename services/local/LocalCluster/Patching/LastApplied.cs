using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Patching;

/// <summary>
/// The annotation in which kubectl's client-side apply keeps its configuration, for an object that kubectl then applies server-side:
/// what it had applied is no conflict with itself, and the annotation follows, so that one may go back.
/// </summary>
internal static class LastApplied
{
    private const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>Only under its default name: whoever chooses another manages the annotation himself.</summary>
    private const string Kubectl = "kubectl";

    /// <summary>The fields that client-side apply set and that still have the value it gave them.</summary>
    public static FieldSet Agreed(ApiRequest request, JsonObject live)
    {
        if (request.FieldManager != Kubectl || Of(live) is not { } text || Parse(text) is not { } applied) return new FieldSet();
        if (applied.Text("apiVersion") != request.Resource.ApiVersion) return new FieldSet();
        var schema = request.Resource.Schema;
        var comparison = FieldComparison.Of(applied, ManagedFields.Stripped(live), schema);
        var differs = FieldSet.Union(comparison.Modified, FieldSet.Union(comparison.Added, comparison.Removed));
        return FieldSet.Except(FieldWalk.SetOf(applied, schema), differs);
    }

    /// <summary>Writes the configuration that is applied into the annotation, where there is one.</summary>
    public static void Follow(ApiRequest request, JsonObject merged, JsonObject config)
    {
        if (request.FieldManager != Kubectl || request.IsStatus || Of(merged) is null) return;
        var applied = (JsonObject)config.DeepClone();
        applied.Map("metadata")?.Remove("managedFields");
        applied.Map("metadata", "annotations")?.Remove(Annotation);
        merged.MapOrNew("metadata", "annotations")[Annotation] = JsonText.Sorted(applied) + "\n";
    }

    private static string? Of(JsonObject obj) => obj.Text("metadata", "annotations", Annotation) is { Length: > 0 } text ? text : null;

    /// <summary>Anybody may have written the annotation: what is no object says nothing.</summary>
    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonText.Parse(Encoding.UTF8.GetBytes(text)) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
