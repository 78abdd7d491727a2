using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Builtins;

/// <summary>batch/v1 Job validation.</summary>
internal static class JobValidation
{
    private static readonly string[] Counts = ["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"];

    public static void Check(JsonObject job, List<FieldError> errors)
    {
        var spec = job.Map("spec") ?? [];
        foreach (var field in Counts)
            if (spec.Integer(field) is < 0) errors.Add(FieldError.Invalid($"spec.{field}", spec[field], "must be greater than or equal to 0"));
        var indexed = spec.Text("completionMode") == "Indexed";
        if (spec.Text("completionMode") is not (null or "NonIndexed" or "Indexed"))
            errors.Add(FieldError.NotSupported("spec.completionMode", spec["completionMode"], ["NonIndexed", "Indexed"]));
        foreach (var field in (string[])["backoffLimitPerIndex", "maxFailedIndexes"])
            if (!indexed && spec[field] is not null) errors.Add(FieldError.Invalid($"spec.{field}", spec[field], "requires indexed completion mode"));
        if (indexed && spec["maxFailedIndexes"] is not null && spec["backoffLimitPerIndex"] is null)
            errors.Add(FieldError.Required("spec.backoffLimitPerIndex", "when maxFailedIndexes is specified"));
        if (indexed && spec.Integer("maxFailedIndexes") > spec.Integer("completions"))
            errors.Add(FieldError.Invalid("spec.maxFailedIndexes", spec["maxFailedIndexes"], "must be less than or equal to completions"));
        if (indexed && job.Text("metadata", "name") is { } name && $"{name}-{Math.Max(0, (spec.Integer("completions") ?? 1) - 1)}".Length > 63)
            errors.Add(FieldError.Invalid("metadata.name", name, "will not able to create pod with invalid DNS label: must be no more than 63 characters"));
        Selector(spec, errors);
        ObjectMetaValidation.Labels(spec.Map("template", "metadata", "labels"), "spec.template.labels", errors);
        var policy = spec.Text("template", "spec", "restartPolicy");
        PodSpecValidation.Check(spec.Map("template", "spec"), "spec.template.spec", job: true, errors);
        if (policy is not ("OnFailure" or "Never"))
        {
            errors.Add(policy is null or "Always"
                ? FieldError.Required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"")
                : FieldError.NotSupported("spec.template.spec.restartPolicy", policy, ["OnFailure", "Never"]));
        }
        else if (policy != "Never" && spec["podFailurePolicy"] is not null)
            errors.Add(FieldError.Invalid("spec.template.spec.restartPolicy", policy, "only \"Never\" is supported when podFailurePolicy is specified"));
        else if (policy != "Never" && spec["backoffLimitPerIndex"] is not null)
            errors.Add(FieldError.Invalid("spec.template.spec.restartPolicy", policy, "only \"Never\" is supported when backoffLimitPerIndex is specified"));
        FailurePolicy(spec.Map("podFailurePolicy"), spec, errors);
        if (spec.Map("successPolicy") is { } success)
        {
            if (!indexed) errors.Add(FieldError.Invalid("spec.successPolicy", success, "requires indexed completion mode"));
            if (success.List("rules") is null or { Count: 0 }) errors.Add(FieldError.Required("spec.successPolicy.rules", "at least one rules must be specified when the successPolicy is specified"));
        }
        if (spec.Text("podReplacementPolicy") is { } replacement)
        {
            var allowed = spec["podFailurePolicy"] is null ? (string[])["Failed", "TerminatingOrFailed"] : ["Failed"];
            if (!allowed.Contains(replacement)) errors.Add(FieldError.NotSupported("spec.podReplacementPolicy", replacement, allowed));
        }
    }

    private static void Selector(JsonObject spec, List<FieldError> errors)
    {
        var wanted = spec.Map("selector", "matchLabels") ?? [];
        var labels = spec.Map("template", "metadata", "labels") ?? [];
        if (spec.Flag("manualSelector") != true && (wanted.Count != 1 || spec.List("selector", "matchExpressions") is { Count: > 0 }))
            errors.Add(FieldError.Invalid("spec.selector", spec["selector"], "`selector` not auto-generated"));
        if (spec.Flag("manualSelector") == true && spec.Map("selector") is null) errors.Add(FieldError.Required("spec.selector"));
        else if (wanted.Any(p => !JsonTree.Same(labels[p.Key], p.Value)))
            errors.Add(FieldError.Invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"));
    }

    private static void FailurePolicy(JsonObject? policy, JsonObject spec, List<FieldError> errors)
    {
        var rules = policy.List("rules") ?? [];
        for (var i = 0; i < rules.Count; i++)
        {
            var path = $"spec.podFailurePolicy.rules[{i}]";
            var (rule, codes) = (rules[i], rules[i].Map("onExitCodes"));
            if (rule.Text("action") is not ("FailJob" or "FailIndex" or "Count" or "Ignore"))
            {
                errors.Add(string.IsNullOrEmpty(rule.Text("action")) ? FieldError.Required($"{path}.action", "valid values: \"Count\", \"FailIndex\", \"FailJob\", \"Ignore\"")
                    : FieldError.NotSupported($"{path}.action", rule.At("action"), ["Count", "FailIndex", "FailJob", "Ignore"]));
            }
            if (rule.Text("action") == "FailIndex" && spec["backoffLimitPerIndex"] is null)
                errors.Add(FieldError.Invalid($"{path}.action", "FailIndex", "requires the backoffLimitPerIndex to be set"));
            var conditions = rule.List("onPodConditions") is { Count: > 0 };
            if (codes is null && !conditions) errors.Add(FieldError.InvalidText(path, "specifying one of OnExitCodes and OnPodConditions is required"));
            if (codes is not null && conditions) errors.Add(FieldError.InvalidText(path, "specifying both OnExitCodes and OnPodConditions is not supported"));
            if (codes is null) continue;
            if (codes.Text("operator") is not ("In" or "NotIn")) errors.Add(FieldError.NotSupported($"{path}.onExitCodes.operator", codes["operator"], ["In", "NotIn"]));
            var values = codes.List("values") ?? [];
            if (values.Count == 0) errors.Add(FieldError.Required($"{path}.onExitCodes.values", "at least one value is required"));
            for (var v = 0; v < values.Count; v++)
                if (codes.Text("operator") == "In" && JsonTree.AsLong(values[v]) == 0)
                    errors.Add(FieldError.Invalid($"{path}.onExitCodes.values[{v}]", 0, "must not be 0 for the In operator"));
            if (codes.Text("containerName") is { } container && !PodDefaults.Containers(spec.Map("template", "spec") ?? []).Any(c => c.Text("name") == container))
                errors.Add(FieldError.Invalid($"{path}.onExitCodes.containerName", container, "must be one of the container or initContainer names in the pod template"));
        }
    }
}
