using System.Globalization;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Tables;

/// <summary>Pods: the Status column sums up phase, init containers and container states as the API server's printer does.</summary>
public sealed class PodTable : ITableFormat
{
    private const string None = "<none>";

    public IReadOnlyList<TableColumn> Columns { get; } =
    [
        BuiltinTable.NameColumn, new("Ready"), new("Status"), new("Restarts"), new("Age"), new("IP", Priority: 1), new("Node", Priority: 1),
        new("Nominated Node", Priority: 1), new("Readiness Gates", Priority: 1),
    ];

    public JsonArray Cells(JsonObject pod, DateTimeOffset now)
    {
        var statuses = pod.List("status", "containerStatuses") ?? [];
        var total = pod.List("spec", "containers")?.Count ?? 0;
        var ready = statuses.Count(s => s.Flag("ready") == true);
        var restarts = statuses.Sum(s => s.Integer("restartCount") ?? 0);
        var lastRestart = statuses.Select(s => s.Text("lastState", "terminated", "finishedAt")).Where(t => t is not null).Max(StringComparer.Ordinal);
        var shown = restarts.ToString(CultureInfo.InvariantCulture);
        if (restarts > 0 && lastRestart is not null) shown += $" ({HumanDuration.Since(lastRestart, now)} ago)";
        var ip = pod.List("status", "podIPs") is { Count: > 0 } ips ? ips[0].Text("ip") : pod.Text("status", "podIP");
        return new JsonArray(BuiltinTable.Name(pod), $"{ready}/{total}", Status(pod, statuses), shown, BuiltinTable.Age(pod, now), Or(ip), Or(pod.Text("spec", "nodeName")),
            Or(pod.Text("status", "nominatedNodeName")), None);
    }

    private static string Status(JsonObject pod, JsonArray statuses)
    {
        var reason = pod.Text("status", "reason") is { Length: > 0 } own ? own : pod.Text("status", "phase") ?? "";
        if ((pod.List("status", "conditions") ?? []).Any(c => c.Text("type") == "PodScheduled" && c.Text("reason") == "SchedulingGated")) reason = "SchedulingGated";
        if (Initializing(pod) is { } initializing) reason = initializing;
        else
        {
            var running = false;
            foreach (var status in statuses.Reverse())
            {
                if (status.Text("state", "waiting", "reason") is { Length: > 0 } waiting) reason = waiting;
                else if (status.Map("state", "terminated") is { } terminated) reason = Ended(terminated);
                else if (status.Flag("ready") == true && status.At("state", "running") is not null) running = true;
            }
            if (reason == "Completed" && running) reason = "Running";
        }
        if (pod.At("metadata", "deletionTimestamp") is null) return reason;
        if (pod.Text("status", "reason") == "NodeLost") return "Unknown";
        return pod.Text("status", "phase") is "Succeeded" or "Failed" ? reason : "Terminating";
    }

    private static string? Initializing(JsonObject pod)
    {
        var states = pod.List("status", "initContainerStatuses") ?? [];
        for (var i = 0; i < states.Count; i++)
        {
            if (states[i].Map("state", "terminated") is { } terminated)
            {
                if ((terminated.Integer("exitCode") ?? 0) == 0) continue;
                return "Init:" + Ended(terminated);
            }
            if (states[i].Text("state", "waiting", "reason") is { Length: > 0 } waiting && waiting != "PodInitializing") return "Init:" + waiting;
            return $"Init:{i}/{pod.List("spec", "initContainers")?.Count ?? 0}";
        }
        return null;
    }

    private static string Ended(JsonObject terminated)
    {
        if (terminated.Text("reason") is { Length: > 0 } reason) return reason;
        return terminated.Integer("signal") is { } signal and not 0 ? $"Signal:{signal}" : $"ExitCode:{terminated.Integer("exitCode") ?? 0}";
    }

    private static string Or(string? text) => string.IsNullOrEmpty(text) ? None : text;
}
