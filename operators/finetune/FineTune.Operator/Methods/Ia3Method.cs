using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Operator.Methods;

/// <summary>(IA)³.</summary>
internal sealed class Ia3Method() : FineTuningMethod<Ia3Spec>("ia3", "ia3", method => method.Ia3)
{
    protected override void Check(Ia3Spec spec, MethodFields fields)
    {
        fields.Targets(spec);
        var extra = spec.TargetModules is null ? [] : (spec.FeedforwardModules ?? []).Except(spec.TargetModules).ToList();
        fields.Refuse(extra.Count > 0, "feedforwardModules", $"names {string.Join(", ", extra)}; it must be a part of targetModules.");
    }

    protected override JsonObject Configuration(Ia3Spec spec)
    {
        var keys = AdapterKeys.Targets("IA3", spec, spec.ExcludeModules);
        if (spec.FeedforwardModules is { } inputs) keys["feedforward_modules"] = AdapterKeys.List(inputs);
        return keys;
    }
}
