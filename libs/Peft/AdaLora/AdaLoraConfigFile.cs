using System.Text.Json.Nodes;
using Platform.Peft.Configuration;
using Platform.Peft.Layers;
using Platform.Peft.Lora;

namespace Platform.Peft.AdaLora;

/// <summary>AdaLoRA's keys of adapter_config.json: LoRA's, of which some have no effect, and its own.</summary>
internal static class AdaLoraConfigFile
{
    /// <summary>Keys of LoRA that AdaLoRA does not know.</summary>
    private static readonly Dictionary<string, string> NotOfAdaLora = new(LoraConfigFile.OffByDefault)
    {
        ["alpha_pattern"] = "{}",
        ["loftq_config"] = "{}",
        ["lora_bias"] = "false",
        ["target_parameters"] = "null",
        ["trainable_token_indices"] = "null",
        ["use_dora"] = "false",
        ["use_rslora"] = "false",
    };

    public static void Write(AdaLoraOptions options, IDictionary<string, JsonNode?> keys)
    {
        foreach (var (key, value) in NotOfAdaLora) keys[key] = JsonNode.Parse(value);
        keys["beta1"] = PythonValues.Number(options.SensitivityDecay);
        keys["beta2"] = PythonValues.Number(options.UncertaintyDecay);
        keys["bias"] = LoraConfigFile.Biases.First(pair => pair.Value == options.Bias).Key;
        keys["deltaT"] = options.Interval;
        keys["fan_in_fan_out"] = options.FanInFanOut;
        keys["init_lora_weights"] = options.ZeroAtFirst;
        keys["init_r"] = options.InitialRank;
        keys["lora_alpha"] = PythonValues.Number(options.Alpha);
        keys["lora_dropout"] = PythonValues.Float(options.Dropout);
        keys["megatron_core"] = "megatron.core";
        keys["orth_reg_weight"] = PythonValues.Number(options.OrthogonalWeight);
        keys["qalora_group_size"] = 16;
        keys["r"] = 8; // LoRA's default, which nothing reads
        keys["rank_pattern"] = options.RankPattern is not { } pattern
            ? null
            : new JsonObject(pattern.OrderBy(layer => layer.Key, StringComparer.Ordinal).Select(layer => KeyValuePair.Create(layer.Key, (JsonNode?)PythonValues.List(layer.Value))));
        keys["target_r"] = options.TargetRank;
        keys["tfinal"] = options.FinalSteps;
        keys["tinit"] = options.WarmupSteps;
        keys["total_step"] = options.TotalSteps;
    }

    public static AdaLoraOptions Read(AdapterFields fields)
    {
        fields.MustBeOff(NotOfAdaLora);
        return LayerAdapterOptions.Read(fields, new AdaLoraOptions
        {
            InitialRank = fields.Whole("init_r", 12),
            TargetRank = fields.Whole("target_r", 8),
            WarmupSteps = fields.Whole("tinit", 0),
            FinalSteps = fields.Whole("tfinal", 0),
            Interval = fields.Whole("deltaT", 1),
            TotalSteps = fields.Json["total_step"] is null ? null : fields.Whole("total_step", 0),
            SensitivityDecay = fields.Real("beta1", 0.85),
            UncertaintyDecay = fields.Real("beta2", 0.85),
            OrthogonalWeight = fields.Real("orth_reg_weight", 0.5),
            Alpha = fields.Real("lora_alpha", 8),
            Dropout = fields.Real("lora_dropout", 0),
            Bias = fields.Choice("bias", LoraBias.None, LoraConfigFile.Biases),
            ZeroAtFirst = fields.Flag("init_lora_weights", otherwise: true),
            RankPattern = Pattern(fields),
        });
    }

    private static Dictionary<string, IReadOnlyList<bool>>? Pattern(AdapterFields fields)
    {
        const string Key = "rank_pattern";
        try
        {
            var layers = fields.Json[Key]?.AsObject();
            return layers is not { Count: > 0 } ? null : layers.ToDictionary(layer => layer.Key, layer => (IReadOnlyList<bool>)[.. layer.Value!.AsArray().Select(kept => kept!.GetValue<bool>())]);
        }
        catch (Exception failure) when (failure is InvalidOperationException or NullReferenceException)
        {
            return fields.Wrong<Dictionary<string, IReadOnlyList<bool>>?>(Key, "must map layers to lists of true and false", null);
        }
    }
}
