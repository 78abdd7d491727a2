using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Operator.Methods;

/// <summary>AdaLoRA. The number of steps, by which ranks are cut, is the worker's to add.</summary>
internal sealed class AdaloraMethod() : FineTuningMethod<AdaloraSpec>("adalora", "adalora", method => method.Adalora)
{
    protected override void Check(AdaloraSpec spec, MethodFields fields)
    {
        fields.Range("initialRank", spec.InitialRank, 1, 256);
        fields.Range("targetRank", spec.TargetRank, 1, 256);
        fields.Refuse(spec.InitialRank < spec.TargetRank, "initialRank", $"is {spec.InitialRank}; it must be at least targetRank, {spec.TargetRank}, commonly half as much again.");
        fields.Range("warmupSteps", spec.WarmupSteps, 0, 1_000_000_000);
        fields.Range("finalSteps", spec.FinalSteps, 0, 1_000_000_000);
        fields.Range("interval", spec.Interval, 1, 1_000_000);
        fields.Range("alpha", spec.Alpha, 1, 4096);
        fields.Share("dropout", spec.Dropout);
        fields.Decimal("sensitivityDecay", spec.SensitivityDecay, 0, 1, "0.85", aboveMin: true, belowMax: true);
        fields.Decimal("uncertaintyDecay", spec.UncertaintyDecay, 0, 1, "0.85", aboveMin: true, belowMax: true);
        fields.Decimal("orthogonalWeight", spec.OrthogonalWeight, 0, 1000, "0.5", aboveMin: true);
        fields.OneOf("bias", spec.Bias, LoraMethod.Biases);
        fields.Targets(spec);
    }

    protected override JsonObject Configuration(AdaloraSpec spec)
    {
        var keys = AdapterKeys.Targets("ADALORA", spec, spec.ExcludeModules);
        keys["init_r"] = spec.InitialRank;
        keys["target_r"] = spec.TargetRank;
        keys["tinit"] = spec.WarmupSteps;
        keys["tfinal"] = spec.FinalSteps;
        keys["deltaT"] = spec.Interval;
        keys["lora_alpha"] = spec.Alpha;
        keys["lora_dropout"] = AdapterKeys.Number(spec.Dropout);
        keys["beta1"] = AdapterKeys.Number(spec.SensitivityDecay);
        keys["beta2"] = AdapterKeys.Number(spec.UncertaintyDecay);
        keys["orth_reg_weight"] = AdapterKeys.Number(spec.OrthogonalWeight);
        keys["bias"] = spec.Bias;
        return keys;
    }
}
