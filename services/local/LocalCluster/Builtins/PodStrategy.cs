using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Builtins;

/// <summary>Pods: defaults and admission, the few fields that may change, and a grace period once a pod is bound.</summary>
internal sealed class PodStrategy : ResourceStrategy
{
    private static readonly string[] Changeable = ["activeDeadlineSeconds", "terminationGracePeriodSeconds", "tolerations", "schedulingGates", "nodeName"];

    public override void Default(JsonObject pod)
    {
        if (pod["spec"] is not JsonObject spec) pod["spec"] = spec = [];
        PodDefaults.Spec(spec, pod: true);
    }

    public override void PrepareForCreate(JsonObject pod)
    {
        PodDefaults.Admit(pod["spec"]!.AsObject());
        pod["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = QualityOfService(pod) };
    }

    public override void PrepareForUpdate(JsonObject pod, JsonObject old) => PodDefaults.Admit(pod["spec"]!.AsObject());

    public override void Validate(JsonObject pod, List<FieldError> errors) => PodSpecValidation.Check(pod.Map("spec"), "spec", job: false, errors);

    public override void ValidateUpdate(JsonObject pod, JsonObject old, List<FieldError> errors)
    {
        if (!JsonTree.Same(Fixed(pod), Fixed(old)))
        {
            errors.Add(FieldError.Forbidden("spec", "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
                + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"));
        }
        if (old.Text("spec", "nodeName") is { } node && pod.Text("spec", "nodeName") != node)
            errors.Add(FieldError.Forbidden("spec.nodeName", "a bound pod cannot move"));
    }

    public override long? GracePeriod(JsonObject pod, long? requested)
    {
        if (string.IsNullOrEmpty(pod.Text("spec", "nodeName"))) return 0;
        if (pod.Text("status", "phase") is "Succeeded" or "Failed") return 0;
        var grace = requested ?? pod.Integer("spec", "terminationGracePeriodSeconds") ?? 30;
        return grace < 0 ? 1 : grace;
    }

    /// <summary>The part of the spec that an update must leave alone.</summary>
    private static JsonObject Fixed(JsonObject pod)
    {
        var spec = (JsonObject?)pod.Map("spec")?.DeepClone() ?? [];
        foreach (var field in Changeable) spec.Remove(field);
        foreach (var container in PodDefaults.Containers(spec)) container.Remove("image");
        return spec;
    }

    private static string QualityOfService(JsonObject pod)
    {
        var containers = PodDefaults.Containers(pod["spec"]!.AsObject()).ToList();
        string[] counted = ["cpu", "memory"];
        var any = containers.Any(c => counted.Any(r => c.At("resources", "requests", r) is not null || c.At("resources", "limits", r) is not null));
        if (!any) return "BestEffort";
        var guaranteed = containers.All(c => counted.All(r => c.At("resources", "limits", r) is { } limit && JsonTree.Same(limit, c.At("resources", "requests", r))));
        return guaranteed ? "Guaranteed" : "Burstable";
    }
}
