using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Builtins;

/// <summary>Events of both groups are the same objects, stored in the form of core/v1.</summary>
internal sealed class EventStrategy : ResourceStrategy
{
    public override void Default(JsonObject e)
    {
        // These have no omitempty in the Go struct: they are always there.
        var modern = e["regarding"] is not null;
        foreach (var field in modern ? (string[])["deprecatedFirstTimestamp", "deprecatedLastTimestamp"] : ["firstTimestamp", "lastTimestamp", "eventTime"])
            if (!e.ContainsKey(field)) e[field] = null;
        var source = modern ? "deprecatedSource" : "source";
        if (e[source] is null) e[source] = new JsonObject();
        if (modern) return;
        e["reportingComponent"] ??= "";
        e["reportingInstance"] ??= "";
    }

    public override void Validate(JsonObject e, List<FieldError> errors)
    {
        if (e["regarding"] is not null)
        {
            if (string.IsNullOrEmpty(e.Text("eventTime"))) errors.Add(FieldError.Required("eventTime"));
            if (e.Text("type") is not ("Normal" or "Warning")) errors.Add(FieldError.Invalid("type", "", $"has invalid value: {e.Text("type")}"));
        }
        var target = e["involvedObject"] ?? e["regarding"];
        var ns = target.Text("namespace") ?? "";
        var own = e.Text("metadata", "namespace") ?? "";
        if ((ns.Length == 0 && own is not ("" or "default")) || (ns.Length > 0 && ns != own))
            errors.Add(FieldError.Invalid("involvedObject.namespace", ns, "does not match event.namespace"));
    }
}

/// <summary>Between core/v1 (stored) and events.k8s.io/v1.</summary>
internal sealed class EventConversion : IObjectConversion
{
    private static readonly (string Core, string Modern)[] Renamed =
    [
        ("involvedObject", "regarding"), ("message", "note"), ("reportingComponent", "reportingController"), ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"),
    ];

    public JsonObject FromStorage(JsonObject stored) => Rename(stored, "events.k8s.io/v1", toModern: true);

    public JsonObject ToStorage(JsonObject served) => Rename(served, "v1", toModern: false);

    private static JsonObject Rename(JsonObject e, string apiVersion, bool toModern)
    {
        var renamed = new JsonObject();
        foreach (var (name, value) in e)
        {
            var pair = Array.Find(Renamed, r => (toModern ? r.Core : r.Modern) == name);
            renamed[pair == default ? name : toModern ? pair.Modern : pair.Core] = value?.DeepClone();
        }
        if (toModern)
            foreach (var field in (string[])["reportingController", "reportingInstance"])
                if (renamed.Text(field) is "") renamed.Remove(field);
        if (!toModern)
            foreach (var field in (string[])["reportingComponent", "reportingInstance"])
                renamed[field] ??= "";
        renamed["apiVersion"] = apiVersion;
        return renamed;
    }
}
