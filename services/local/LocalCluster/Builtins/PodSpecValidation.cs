using System.Text.Json.Nodes;
using k8s.Models;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Builtins;

/// <summary>The checks of a pod spec that people run into.</summary>
internal static class PodSpecValidation
{
    private static readonly string[] PullPolicies = ["Always", "IfNotPresent", "Never"];

    public static void Check(JsonObject? spec, string path, bool job, List<FieldError> errors)
    {
        var volumes = (spec.List("volumes") ?? []).OfType<JsonObject>().ToList();
        Volumes(volumes, $"{path}.volumes", errors);
        var containers = spec.List("containers");
        if (containers is null or { Count: 0 }) errors.Add(FieldError.Required($"{path}.containers"));
        HashSet<string> names = [];
        var known = volumes.Select(v => v.Text("name")).ToHashSet();
        for (var i = 0; i < (containers?.Count ?? 0); i++) ContainerChecks.Check(containers![i], $"{path}.containers[{i}]", names, known, errors);
        var initial = spec.List("initContainers") ?? [];
        for (var i = 0; i < initial.Count; i++) ContainerChecks.Check(initial[i], $"{path}.initContainers[{i}]", names, known, errors);
        if (!job && spec.Text("restartPolicy") is { } restart and not ("Always" or "OnFailure" or "Never"))
            errors.Add(FieldError.NotSupported($"{path}.restartPolicy", restart, ["Always", "OnFailure", "Never"]));
        if (spec.Integer("activeDeadlineSeconds") is < 1 or > int.MaxValue)
            errors.Add(FieldError.Invalid($"{path}.activeDeadlineSeconds", spec.At("activeDeadlineSeconds"), "must be between 1 and 2147483647, inclusive"));
        if (spec.Integer("terminationGracePeriodSeconds") is < 0)
            errors.Add(FieldError.Invalid($"{path}.terminationGracePeriodSeconds", spec.At("terminationGracePeriodSeconds"), "must be greater than or equal to 0"));
    }

    private static void Volumes(List<JsonObject> volumes, string path, List<FieldError> errors)
    {
        HashSet<string> names = [];
        for (var i = 0; i < volumes.Count; i++)
        {
            var name = volumes[i].Text("name") ?? "";
            if (name.Length == 0) errors.Add(FieldError.Required($"{path}[{i}].name"));
            else foreach (var problem in Names.DnsLabel(name)) errors.Add(FieldError.Invalid($"{path}[{i}].name", name, problem));
            if (name.Length > 0 && !names.Add(name)) errors.Add(FieldError.Duplicate($"{path}[{i}].name", name));
            // The order in which a real server looks at the kinds decides which one it calls the second.
            var kinds = volumes[i].Select(p => p.Key).Where(k => k != "name").OrderBy(k => k == "emptyDir" ? 0 : k == "hostPath" ? 1 : k == "secret" ? 2 : k == "configMap" ? 4 : 3).ToList();
            foreach (var extra in kinds.Skip(1)) errors.Add(FieldError.Forbidden($"{path}[{i}].{extra}", "may not specify more than 1 volume type"));
        }
    }

    private static class ContainerChecks
    {
        public static void Check(JsonNode? container, string path, HashSet<string> names, HashSet<string?> volumes, List<FieldError> errors)
        {
            var name = container.Text("name") ?? "";
            if (name.Length == 0) errors.Add(FieldError.Required($"{path}.name"));
            else foreach (var problem in Names.DnsLabel(name)) errors.Add(FieldError.Invalid($"{path}.name", name, problem));
            if (name.Length > 0 && !names.Add(name)) errors.Add(FieldError.Duplicate($"{path}.name", name));
            if (string.IsNullOrEmpty(container.Text("image"))) errors.Add(FieldError.Required($"{path}.image"));
            if (container.Text("imagePullPolicy") is { } policy && !PullPolicies.Contains(policy))
                errors.Add(FieldError.NotSupported($"{path}.imagePullPolicy", policy, PullPolicies));
            Ports(container.List("ports") ?? [], $"{path}.ports", errors);
            Environment(container.List("env") ?? [], $"{path}.env", errors);
            var mounts = container.List("volumeMounts") ?? [];
            for (var i = 0; i < mounts.Count; i++)
            {
                if (!volumes.Contains(mounts[i].Text("name"))) errors.Add(FieldError.NotFound($"{path}.volumeMounts[{i}].name", mounts[i].At("name")));
                if (string.IsNullOrEmpty(mounts[i].Text("mountPath"))) errors.Add(FieldError.Required($"{path}.volumeMounts[{i}].mountPath"));
            }
            Resources(container.Map("resources"), $"{path}.resources", errors);
        }

        private static void Ports(JsonArray ports, string path, List<FieldError> errors)
        {
            for (var i = 0; i < ports.Count; i++)
                if (ports[i].Integer("containerPort") is not (>= 1 and <= 65535))
                    errors.Add(FieldError.Invalid($"{path}[{i}].containerPort", ports[i].At("containerPort"), "must be between 1 and 65535, inclusive"));
        }

        private static void Environment(JsonArray env, string path, List<FieldError> errors)
        {
            for (var i = 0; i < env.Count; i++)
            {
                if (string.IsNullOrEmpty(env[i].Text("name"))) errors.Add(FieldError.Required($"{path}[{i}].name"));
                if (env[i].At("valueFrom") is not null && !string.IsNullOrEmpty(env[i].Text("value")))
                    errors.Add(FieldError.Invalid($"{path}[{i}].valueFrom", "", "may not be specified when `value` is not empty"));
            }
        }

        private static void Resources(JsonObject? resources, string path, List<FieldError> errors)
        {
            foreach (var list in (string[])["limits", "requests"])
                foreach (var (name, value) in resources.Map(list) ?? [])
                    if (Quantity(value) < 0) errors.Add(FieldError.Invalid($"{path}.{list}[{name}]", value, "must be greater than or equal to 0"));
            foreach (var (name, value) in resources.Map("requests") ?? [])
            {
                var limit = resources.At("limits", name);
                if (limit is not null && Quantity(value) > Quantity(limit))
                    errors.Add(FieldError.Invalid($"{path}.requests", value, $"must be less than or equal to {name} limit of {limit.Text() ?? limit.ToJsonString()}"));
                else if (limit is null && name.Contains('/', StringComparison.Ordinal) && !name.StartsWith("kubernetes.io/", StringComparison.Ordinal))
                    errors.Add(FieldError.Required($"{path}.limits", "Limit must be set for non overcommitable resources"));
            }
        }

        private static decimal Quantity(JsonNode? value) => Quantities.TryParse(value, out var quantity) ? quantity : 0;
    }
}
