using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Peft.Configuration;

namespace Platform.Peft.Bottleneck;

/// <summary>The <c>config</c> of AdapterHub's adapter_config.json.</summary>
internal static class AdapterHubConfig
{
    private static readonly Dictionary<string, BottleneckInit> Inits = new() { ["bert"] = BottleneckInit.Bert, ["mam_adapter"] = BottleneckInit.UpZero, ["houlsby"] = BottleneckInit.Houlsby };

    /// <summary>Keys whose feature this library lacks, with the value that means that the feature is off.</summary>
    private static readonly Dictionary<string, string> OffByDefault = new(StringComparer.Ordinal)
    {
        ["cross_adapter"] = "false",
        ["init_weights_seed"] = "null",
        ["inv_adapter"] = "null",
        ["phm_layer"] = "false",
        ["stochastic_depth"] = "0.0",
    };

    /// <summary>Details of features that are off.</summary>
    private static readonly Dictionary<string, string> Unused = new(StringComparer.Ordinal)
    {
        ["factorized_phm_W"] = "true",
        ["factorized_phm_rule"] = "false",
        ["hypercomplex_nonlinearity"] = "\"glorot-uniform\"",
        ["inv_adapter_reduction_factor"] = "null",
        ["learn_phm"] = "true",
        ["phm_bias"] = "true",
        ["phm_c_init"] = "\"normal\"",
        ["phm_dim"] = "4",
        ["phm_init_range"] = "0.0001",
        ["phm_rank"] = "1",
        ["shared_W_phm"] = "false",
        ["shared_phm_rule"] = "true",
    };

    /// <summary>Whether an adapter_config.json is AdapterHub's and not PEFT's.</summary>
    public static bool IsOne(JsonObject root) => root["peft_type"] is null && root.ContainsKey("config");

    /// <exception cref="AdapterFormatException">The file is malformed.</exception>
    /// <exception cref="NotSupportedException">It asks for something this library lacks.</exception>
    public static BottleneckOptions Read(JsonObject root)
    {
        if (root["config"] is not JsonObject config || config["architecture"]?.ToString() is { Length: > 0 })
            throw new NotSupportedException($"{AdapterConfigFile.FileName}: config is {root["config"]?.ToJsonString() ?? "null"}; only configurations of bottleneck adapters, written out, are supported.");
        var (outer, fields) = (new AdapterFields(root), new AdapterFields(config));
        fields.MustBeOff(OffByDefault);
        var (factor, factors) = ReductionFactor(fields);
        var options = new BottleneckOptions
        {
            BaseModel = outer.Text("model_name"),
            Name = outer.Text("name", "default")!,
            AfterAttention = fields.Flag("mh_adapter"),
            AfterFeedForward = fields.Flag("output_adapter"),
            ReductionFactor = factor,
            ReductionFactors = factors,
            LeaveOut = fields.List<int>("leave_out") ?? [],
            Activation = fields.Text("non_linearity", "relu")!.ToLowerInvariant() switch { "leakyrelu" => "leaky_relu", var name => name },
            Parallel = fields.Flag("is_parallel"),
            JoinsBefore = fields.Flag("original_ln_before"),
            JoinsAfter = fields.Flag("original_ln_after", otherwise: true),
            Residual = fields.Json["residual_before_ln"]?.ToJsonString() switch
            {
                null or "true" => BottleneckResidual.Output,
                "false" => BottleneckResidual.Input,
                "\"post_add\"" => BottleneckResidual.Sum,
                var other => fields.Wrong("residual_before_ln", $"is {other}; it must be true, false or post_add", BottleneckResidual.Output),
            },
            NormBefore = fields.Flag("ln_before"),
            NormAfter = fields.Flag("ln_after"),
            ResidualBeforeNormAfter = fields.Flag("adapter_residual_before_ln"),
            Scaling = fields.Json["scaling"] is JsonValue value && value.TryGetValue<string>(out _) ? 1 : fields.Real("scaling", 1),
            ScalingKind = fields.Json["scaling"]?.ToJsonString() switch
            {
                "\"learned\"" => BottleneckScaling.Learned,
                "\"channel\"" => BottleneckScaling.Channel,
                ['"', ..] other => fields.Wrong("scaling", $"is {other}; it must be a number, learned or channel", BottleneckScaling.Fixed),
                _ => BottleneckScaling.Fixed,
            },
            Dropout = fields.Real("dropout", 0),
            Gated = fields.Flag("use_gating"),
            Init = fields.Choice("init_weights", BottleneckInit.Bert, Inits),
        };
        outer.ThrowIfWrong();
        fields.ThrowIfWrong();
        return options.Problems() is [_, ..] problems ? throw new AdapterFormatException(AdapterConfigFile.FileName, string.Join(" ", problems)) : options;
    }

    public static void Write(BottleneckOptions options, IDictionary<string, JsonNode?> keys)
    {
        keys["adapter_residual_before_ln"] = options.ResidualBeforeNormAfter;
        keys["dropout"] = PythonValues.Float(options.Dropout);
        keys["init_weights"] = Inits.First(pair => pair.Value == options.Init).Key;
        keys["is_parallel"] = options.Parallel;
        keys["leave_out"] = PythonValues.List(options.LeaveOut);
        keys["ln_after"] = options.NormAfter;
        keys["ln_before"] = options.NormBefore;
        keys["mh_adapter"] = options.AfterAttention;
        keys["non_linearity"] = options.Activation == "leaky_relu" ? "leakyrelu" : options.Activation;
        keys["original_ln_after"] = options.JoinsAfter;
        keys["original_ln_before"] = options.JoinsBefore;
        keys["output_adapter"] = options.AfterFeedForward;
        keys["reduction_factor"] = options.ReductionFactors.Count == 0 ? PythonValues.Number(options.ReductionFactor) : Factors(options);
        keys["residual_before_ln"] = options.Residual switch { BottleneckResidual.Output => true, BottleneckResidual.Input => false, _ => "post_add" };
        keys["scaling"] = options.ScalingKind switch { BottleneckScaling.Learned => "learned", BottleneckScaling.Channel => "channel", _ => PythonValues.Float(options.Scaling) };
        keys["use_gating"] = options.Gated;
        foreach (var (key, value) in OffByDefault.Concat(Unused)) keys[key] = JsonNode.Parse(value);
    }

    private static JsonObject Factors(BottleneckOptions options) => PythonValues.Patterns(
        options.ReductionFactors.Select(pair => KeyValuePair.Create(pair.Key.ToString(CultureInfo.InvariantCulture), pair.Value)).Append(new("default", options.ReductionFactor)),
        PythonValues.Number);

    private static (double Default, Dictionary<int, double> ByBlock) ReductionFactor(AdapterFields fields)
    {
        if (fields.Json["reduction_factor"] is not JsonObject) return (fields.Real("reduction_factor", 16), []);
        Dictionary<int, double> byBlock = [];
        double? otherwise = null;
        foreach (var (key, factor) in fields.Patterns<double>("reduction_factor"))
        {
            if (key == "default") otherwise = factor;
            else if (int.TryParse(key, CultureInfo.InvariantCulture, out var block)) byBlock[block] = factor;
            else fields.Wrong("reduction_factor", $"has the key '{key}'; keys must be indices of blocks, or default", 0);
        }

        return (otherwise ?? fields.Wrong("reduction_factor", "has no default", 16.0), byBlock);
    }
}
