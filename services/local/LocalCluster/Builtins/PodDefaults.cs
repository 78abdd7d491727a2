using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Builtins;

/// <summary>What core/v1 defaulting fills into a pod spec, alone or in a Job's template.</summary>
internal static class PodDefaults
{
    public static void Spec(JsonObject spec, bool pod)
    {
        Default(spec, "restartPolicy", "Always");
        Default(spec, "dnsPolicy", "ClusterFirst");
        Default(spec, "schedulerName", "default-scheduler");
        Default(spec, "terminationGracePeriodSeconds", 30);
        if (spec["securityContext"] is null) spec["securityContext"] = new JsonObject();
        if (pod) Default(spec, "enableServiceLinks", true);
        if (spec.Text("serviceAccountName") is { } account) spec["serviceAccount"] = account;
        else if (spec.Text("serviceAccount") is { } old) spec["serviceAccountName"] = old;
        foreach (var container in Containers(spec)) Container(container, pod);
        foreach (var volume in (spec.List("volumes") ?? []).OfType<JsonObject>()) Volume(volume);
    }

    /// <summary>What admission adds to a pod, and only to a pod.</summary>
    public static void Admit(JsonObject spec)
    {
        Default(spec, "serviceAccountName", "default");
        spec["serviceAccount"] = spec["serviceAccountName"]!.DeepClone();
        Default(spec, "preemptionPolicy", "PreemptLowerPriority");
        Default(spec, "priority", spec.Text("priorityClassName") switch { "system-node-critical" => 2_000_001_000, "system-cluster-critical" => 2_000_000_000, _ => 0 });
        var tolerations = spec.List("tolerations");
        if (tolerations is null) spec["tolerations"] = tolerations = [];
        foreach (var key in (string[])["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"])
        {
            if (tolerations.Any(t => t.Text("key") == key || string.IsNullOrEmpty(t.Text("key")))) continue;
            tolerations.Add(new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 });
        }
    }

    public static IEnumerable<JsonObject> Containers(JsonObject spec) =>
        (spec.List("initContainers") ?? []).Concat(spec.List("containers") ?? []).OfType<JsonObject>();

    private static void Container(JsonObject container, bool pod)
    {
        Default(container, "terminationMessagePath", "/dev/termination-log");
        Default(container, "terminationMessagePolicy", "File");
        var image = container.Text("image") ?? "";
        var tag = image[(image.LastIndexOf('/') + 1)..];
        var latest = !tag.Contains('@', StringComparison.Ordinal) && (!tag.Contains(':', StringComparison.Ordinal) || tag.EndsWith(":latest", StringComparison.Ordinal));
        Default(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
        if (container["resources"] is not JsonObject resources) container["resources"] = resources = [];
        if (pod && resources.Map("limits") is { } limits)
            foreach (var (name, value) in limits)
                if (resources.At("requests", name) is null) resources.MapOrNew("requests")[name] = value?.DeepClone();
        foreach (var port in (container.List("ports") ?? []).OfType<JsonObject>()) Default(port, "protocol", "TCP");
        foreach (var env in (container.List("env") ?? []).OfType<JsonObject>())
            if (env.Map("valueFrom", "fieldRef") is { } field) Default(field, "apiVersion", "v1");
        foreach (var probe in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
            if (container[probe] is JsonObject configured) Probe(configured);
    }

    private static void Probe(JsonObject probe)
    {
        Default(probe, "timeoutSeconds", 1);
        Default(probe, "periodSeconds", 10);
        Default(probe, "successThreshold", 1);
        Default(probe, "failureThreshold", 3);
        if (probe["httpGet"] is not JsonObject http) return;
        Default(http, "path", "/");
        Default(http, "scheme", "HTTP");
    }

    private static void Volume(JsonObject volume)
    {
        foreach (var kind in (string[])["configMap", "secret", "projected", "downwardAPI"])
            if (volume[kind] is JsonObject source) Default(source, "defaultMode", 420);
        if (volume["hostPath"] is JsonObject path && path["type"] is null) path["type"] = "";
        foreach (var source in (volume.List("projected", "sources") ?? []).OfType<JsonObject>())
            if (source["serviceAccountToken"] is JsonObject token) Default(token, "expirationSeconds", 3600);
        foreach (var item in (volume.List("downwardAPI", "items") ?? []).Concat((volume.List("projected", "sources") ?? []).SelectMany(s => s.List("downwardAPI", "items") ?? [])))
            if (item.Map("fieldRef") is { } field) Default(field, "apiVersion", "v1");
        if (volume.Count == 1) volume["emptyDir"] = new JsonObject();
    }

    private static void Default(JsonObject map, string field, JsonNode value)
    {
        if (map[field] is null) map[field] = value;
    }
}
