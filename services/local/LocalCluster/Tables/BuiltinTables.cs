using System.Globalization;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using static Platform.LocalCluster.Tables.BuiltinTable;

namespace Platform.LocalCluster.Tables;

/// <summary>The columns of the built-in kinds, as the API server's own printers define them.</summary>
internal static class BuiltinTables
{
    private const string None = "<none>";

    public static readonly ITableFormat Namespaces = new BuiltinTable(
        (NameColumn, (o, _) => Name(o)), (new("Status"), (o, _) => o.Text("status", "phase") ?? ""), (new("Age"), (o, now) => Age(o, now)));

    public static readonly ITableFormat ConfigMaps = new BuiltinTable(
        (NameColumn, (o, _) => Name(o)), (new("Data"), (o, _) => (o.Map("data")?.Count ?? 0) + (o.Map("binaryData")?.Count ?? 0)), (new("Age"), (o, now) => Age(o, now)));

    public static readonly ITableFormat Secrets = new BuiltinTable(
        (NameColumn, (o, _) => Name(o)), (new("Type"), (o, _) => o.Text("type")), (new("Data"), (o, _) => o.Map("data")?.Count ?? 0), (new("Age"), (o, now) => Age(o, now)));

    public static readonly ITableFormat Leases = new BuiltinTable(
        (NameColumn, (o, _) => Name(o)), (new("Holder"), (o, _) => o.Text("spec", "holderIdentity") ?? ""), (new("Age"), (o, now) => Age(o, now)));

    public static readonly ITableFormat Services = new BuiltinTable(
        (NameColumn, (o, _) => Name(o)), (new("Type"), (o, _) => o.Text("spec", "type")), (new("Cluster-IP"), (o, _) => o.Text("spec", "clusterIP") ?? None),
        (new("External-IP"), (_, _) => None),
        (new("Port(s)"), (o, _) => o.List("spec", "ports") is { Count: > 0 } ports ? string.Join(",", ports.Select(p => $"{p.Integer("port")}/{p.Text("protocol") ?? "TCP"}")) : None),
        (new("Age"), (o, now) => Age(o, now)), (new("Selector", Priority: 1), (o, _) => Pairs(o.Map("spec", "selector"))));

    public static readonly ITableFormat Jobs = new BuiltinTable(
        (NameColumn, (o, _) => Name(o)), (new("Status"), (o, _) => JobStatus(o)), (new("Completions"), (o, _) => Completions(o)), (new("Duration"), (o, now) => Duration(o, now)),
        (new("Age"), (o, now) => Age(o, now)),
        (new("Containers", Priority: 1), (o, _) => Containers(o, "name")), (new("Images", Priority: 1), (o, _) => Containers(o, "image")),
        (new("Selector", Priority: 1), (o, _) => Pairs(o.Map("spec", "selector", "matchLabels"))));

    public static readonly ITableFormat Nodes = new BuiltinTable(
        (NameColumn, (o, _) => Name(o)), (new("Status"), (o, _) => NodeStatus(o)), (new("Roles"), (o, _) => Roles(o)), (new("Age"), (o, now) => Age(o, now)),
        (new("Version"), (o, _) => o.Text("status", "nodeInfo", "kubeletVersion") ?? ""),
        (new("Internal-IP", Priority: 1), (o, _) => Address(o, "InternalIP")), (new("External-IP", Priority: 1), (o, _) => Address(o, "ExternalIP")),
        (new("OS-Image", Priority: 1), (o, _) => NodeSystem(o, "osImage")), (new("Kernel-Version", Priority: 1), (o, _) => NodeSystem(o, "kernelVersion")),
        (new("Container-Runtime", Priority: 1), (o, _) => NodeSystem(o, "containerRuntimeVersion")));

    public static readonly ITableFormat Events = new BuiltinTable(
        (new("Last Seen"), (o, now) => LastSeen(o, now)), (new("Type"), (o, _) => o.Text("type") ?? ""), (new("Reason"), (o, _) => o.Text("reason") ?? ""),
        (new("Object"), (o, _) => EventTarget(o)), (new("Subobject", Priority: 1), (o, _) => Regarding(o).Text("fieldPath") ?? ""),
        (new("Source", Priority: 1), (o, _) => EventSource(o)), (new("Message"), (o, _) => (o.Text("message") ?? o.Text("note") ?? "").Trim()),
        (new("First Seen", Priority: 1), (o, now) => FirstSeen(o, now)),
        (new("Count", Priority: 1), (o, _) => o.Integer("series", "count") ?? Math.Max(1, o.Integer("count") ?? o.Integer("deprecatedCount") ?? 1)),
        (NameColumn with { Priority = 1 }, (o, _) => Name(o)));

    private static string Pairs(JsonObject? map) => map is { Count: > 0 }
        ? string.Join(",", map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value.Text()}")) : None;

    private static string Containers(JsonObject job, string field) =>
        string.Join(",", (job.List("spec", "template", "spec", "containers") ?? []).Select(c => c.Text(field)));

    private static bool HasCondition(JsonObject obj, string type) =>
        (obj.List("status", "conditions") ?? []).Any(c => c.Text("type") == type && c.Text("status") == "True");

    private static string JobStatus(JsonObject job) =>
        HasCondition(job, "Complete") ? "Complete"
        : HasCondition(job, "Failed") ? "Failed"
        : job.At("metadata", "deletionTimestamp") is not null ? "Terminating"
        : HasCondition(job, "Suspended") ? "Suspended"
        : HasCondition(job, "FailureTarget") ? "FailureTarget"
        : HasCondition(job, "SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";

    private static string Completions(JsonObject job)
    {
        var succeeded = job.Integer("status", "succeeded") ?? 0;
        if (job.Integer("spec", "completions") is { } completions) return $"{succeeded}/{completions}";
        return job.Integer("spec", "parallelism") is > 1 and var parallelism ? $"{succeeded}/1 of {parallelism}" : $"{succeeded}/1";
    }

    private static string Duration(JsonObject job, DateTimeOffset now)
    {
        if (!Time(job.At("status", "startTime"), out var start)) return "";
        return HumanDuration.Show((Time(job.At("status", "completionTime"), out var end) ? end : now) - start);
    }

    private static string NodeStatus(JsonObject node)
    {
        var ready = (node.List("status", "conditions") ?? []).FirstOrDefault(c => c.Text("type") == "Ready");
        var status = ready is null ? "Unknown" : ready.Text("status") == "True" ? "Ready" : "NotReady";
        return node.Flag("spec", "unschedulable") == true ? status + ",SchedulingDisabled" : status;
    }

    private static string Roles(JsonObject node)
    {
        const string prefix = "node-role.kubernetes.io/";
        var roles = (node.Map("metadata", "labels") ?? []).Where(p => p.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(p => p.Key[prefix.Length..]).Order(StringComparer.Ordinal).ToList();
        return roles.Count == 0 ? None : string.Join(",", roles);
    }

    private static string Address(JsonObject node, string type) =>
        (node.List("status", "addresses") ?? []).FirstOrDefault(a => a.Text("type") == type).Text("address") ?? None;

    private static string NodeSystem(JsonObject node, string field) => node.Text("status", "nodeInfo", field) is { Length: > 0 } text ? text : HumanDuration.Unknown;

    private static JsonNode? Regarding(JsonObject e) => e["involvedObject"] ?? e["regarding"];

    private static string EventTarget(JsonObject e)
    {
        var (kind, name) = (Regarding(e).Text("kind")?.ToLowerInvariant() ?? "", Regarding(e).Text("name") ?? "");
        return name.Length == 0 ? kind : $"{kind}/{name}";
    }

    private static string EventSource(JsonObject e)
    {
        var component = e.Text("source", "component") ?? e.Text("deprecatedSource", "component") ?? "";
        if (component.Length == 0) component = e.Text("reportingComponent") ?? e.Text("reportingController") ?? "";
        var host = e.Text("source", "host") ?? e.Text("deprecatedSource", "host") ?? "";
        return host.Length == 0 ? component : $"{component}, {host}";
    }

    private static string FirstSeen(JsonObject e, DateTimeOffset now) =>
        Time(e["firstTimestamp"] ?? e["deprecatedFirstTimestamp"], out var first) || Time(e["eventTime"], out first) ? HumanDuration.Show(now - first) : HumanDuration.Unknown;

    private static string LastSeen(JsonObject e, DateTimeOffset now)
    {
        if (Time(e.At("series", "lastObservedTime"), out var observed)) return HumanDuration.Show(now - observed);
        return Time(e["lastTimestamp"] ?? e["deprecatedLastTimestamp"], out var last) ? HumanDuration.Show(now - last) : FirstSeen(e, now);
    }

    private static bool Time(JsonNode? node, out DateTimeOffset time)
    {
        time = default;
        return node.Text() is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }
}
