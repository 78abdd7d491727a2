using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1.Methods;
using System.Text.RegularExpressions;

namespace Platform.FineTune.Operator.Methods;

/// <summary>LoRA and its variants.</summary>
internal sealed partial class LoraMethod() : FineTuningMethod<LoraSpec>("lora", "lora", method => method.Lora)
{
    public static readonly string[] Biases = ["none", "lora_only", "all"];

    protected override void Check(LoraSpec spec, MethodFields fields)
    {
        fields.Range("rank", spec.Rank, 1, 256);
        fields.Range("alpha", spec.Alpha, 1, 4096);
        fields.Share("dropout", spec.Dropout);
        fields.Targets(spec, mayBeNone: spec.TargetParameters is not null);
        fields.Ranges("rankPattern", spec.RankPattern, 1, 256);
        fields.Ranges("alphaPattern", spec.AlphaPattern, 1, 4096);
        fields.OneOf("bias", spec.Bias, Biases);
        fields.Refuse(!Inits().IsMatch(spec.Init), "init", $"is '{spec.Init}'; it must be one of default, gaussian, pissa, pissa_niter_N, olora, loftq.");
        fields.Refuse(spec.Loftq is not null && spec.Init != "loftq", "loftq", "is set and init is not loftq; remove it, or set init to loftq.");
        fields.Refuse(spec.Loftq is { Bits: not (2 or 4 or 8) }, "loftq.bits", $"is {spec.Loftq?.Bits}; it must be 2, 4 or 8.");
        if (spec.Loftq is { } loftq) fields.Range("loftq.iterations", loftq.Iterations, 1, 100);
        if (spec.LoraPlusRatio is { } ratio) fields.Decimal("loraPlusRatio", ratio, 1, 1000, "16");
        foreach (var token in spec.TrainableTokenIndices ?? []) fields.Range("trainableTokenIndices[]", token, 0, 10_000_000);
        fields.Refuse(
            spec.TargetParameters is not null && (spec.Dora || spec.Init is not ("default" or "gaussian") || spec.Dropout.Any(digit => digit is >= '1' and <= '9')),
            "targetParameters",
            "needs dropout \"0\", dora false, and init default or gaussian; change them, or target layers.");
    }

    protected override JsonObject Configuration(LoraSpec spec)
    {
        var keys = AdapterKeys.Targets("LORA", spec, spec.ExcludeModules);
        keys["r"] = spec.Rank;
        keys["lora_alpha"] = spec.Alpha;
        keys["lora_dropout"] = AdapterKeys.Number(spec.Dropout);
        keys["rank_pattern"] = AdapterKeys.Patterns(spec.RankPattern);
        keys["alpha_pattern"] = AdapterKeys.Patterns(spec.AlphaPattern);
        keys["bias"] = spec.Bias;
        keys["use_dora"] = spec.Dora;
        keys["use_rslora"] = spec.Rslora;
        keys["init_lora_weights"] = spec.Init == "default" ? true : spec.Init;
        var loftq = spec.Loftq ?? new();
        if (spec.Init == "loftq") keys["loftq_config"] = new JsonObject { ["loftq_bits"] = loftq.Bits, ["loftq_iter"] = loftq.Iterations };
        if (spec.TargetParameters is { } parameters) keys["target_parameters"] = AdapterKeys.List(parameters);
        if (spec.TrainableTokenIndices is { } tokens) keys["trainable_token_indices"] = AdapterKeys.List(tokens);
        return keys;
    }

    [GeneratedRegex("^(default|gaussian|pissa|pissa_niter_[1-9][0-9]?|olora|loftq)$")]
    private static partial Regex Inits();
}
