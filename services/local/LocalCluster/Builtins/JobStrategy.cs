using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Builtins;

using Platform.LocalCluster.Validation;

/// <summary>Jobs: defaults, the generated selector and labels, and what may change later.</summary>
internal sealed class JobStrategy : ResourceStrategy
{
    private const string ControllerUid = "batch.kubernetes.io/controller-uid";

    private static readonly string[] Immutable = ["completions", "completionMode", "selector", "template", "podFailurePolicy", "backoffLimitPerIndex", "successPolicy", "managedBy"];

    public override bool OrphansByDefault => true;

    public override void Default(JsonObject job)
    {
        if (job["spec"] is not JsonObject spec) job["spec"] = spec = [];
        if (spec["completions"] is null && spec["parallelism"] is null)
        {
            spec["completions"] = 1;
            spec["parallelism"] = 1;
        }
        Default(spec, "parallelism", 1);
        Default(spec, "completionMode", "NonIndexed");
        if (spec.Text("completionMode") == "Indexed") Default(spec, "completions", 1);
        Default(spec, "backoffLimit", spec["backoffLimitPerIndex"] is null ? 6 : int.MaxValue);
        Default(spec, "suspend", false);
        Default(spec, "manualSelector", false);
        Default(spec, "podReplacementPolicy", spec["podFailurePolicy"] is null ? "TerminatingOrFailed" : "Failed");
        foreach (var rule in (spec.List("podFailurePolicy", "rules") ?? []).OfType<JsonObject>())
            foreach (var pattern in (rule.List("onPodConditions") ?? []).OfType<JsonObject>()) Default(pattern, "status", "True");
        if (spec["template"] is JsonObject template)
        {
            template.MapOrNew("metadata");
            PodDefaults.Spec(template.MapOrNew("spec"), pod: false);
        }
    }

    public override void PrepareForCreate(JsonObject job)
    {
        job["status"] = new JsonObject();
        var spec = job["spec"]!.AsObject();
        if (spec.Flag("manualSelector") == true) return;
        var (uid, name) = (job.Text("metadata", "uid")!, job.Text("metadata", "name") ?? "");
        spec.MapOrNew("selector", "matchLabels")[ControllerUid] = uid;
        Dictionary<string, string> labels = new() { [ControllerUid] = uid, ["controller-uid"] = uid, ["batch.kubernetes.io/job-name"] = name, ["job-name"] = name };
        foreach (var (key, value) in labels) spec.MapOrNew("template", "metadata", "labels")[key] = value;
    }

    /// <summary>A Job without labels of its own is given those of its pods.</summary>
    public override void CompleteCreation(JsonObject job)
    {
        var spec = job["spec"]!.AsObject();
        if (spec.Map("template", "metadata", "labels") is not { } labels) return;
        if (job.Map("metadata", "labels") is null or { Count: 0 })
            job.MapOrNew("metadata")["labels"] = labels.DeepClone();
    }

    public override void Validate(JsonObject job, List<FieldError> errors) => JobValidation.Check(job, errors);

    public override void ValidateUpdate(JsonObject job, JsonObject old, List<FieldError> errors)
    {
        JobValidation.Check(job, errors);
        var suspended = old.Flag("spec", "suspend") == true && old.At("status", "startTime") is null;
        foreach (var field in Immutable)
        {
            var (now, before) = (job.At("spec", field), old.At("spec", field));
            if (JsonTree.Same(now, before)) continue;
            if (field == "template" && suspended && JsonTree.Same(Unscheduled(now), Unscheduled(before))) continue;
            if (field == "completions" && job.Text("spec", "completionMode") == "Indexed" && JsonTree.Same(now, job.At("spec", "parallelism"))) continue;
            errors.Add(field == "template"
                ? FieldError.InvalidText(suspended || JsonTree.Same(now.At("metadata"), before.At("metadata")) ? "spec.template.spec" : "spec.template", $"{JsonText.Sorted(now)}: field is immutable")
                : FieldError.Invalid($"spec.{field}", now, "field is immutable"));
        }
    }

    /// <summary>A suspended Job that never started may still be told where to run and with what.</summary>
    private static JsonNode? Unscheduled(JsonNode? template)
    {
        var copy = template?.DeepClone();
        copy.Map("metadata")?.Remove("labels");
        copy.Map("metadata")?.Remove("annotations");
        if (copy.Map("spec") is not { } spec) return copy;
        foreach (var field in (string[])["nodeSelector", "tolerations", "affinity", "schedulingGates"]) spec.Remove(field);
        foreach (var container in PodDefaults.Containers(spec)) container.Remove("resources");
        return copy;
    }

    private static void Default(JsonObject map, string field, JsonNode value)
    {
        if (map[field] is null) map[field] = value;
    }
}
