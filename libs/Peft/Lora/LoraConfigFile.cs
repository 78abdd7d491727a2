using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Peft.Configuration;
using Platform.Peft.Layers;

namespace Platform.Peft.Lora;

/// <summary>LoRA's keys of adapter_config.json.</summary>
internal static class LoraConfigFile
{
    public static readonly IReadOnlyDictionary<string, LoraBias> Biases = new Dictionary<string, LoraBias> { ["none"] = LoraBias.None, ["lora_only"] = LoraBias.LoraOnly, ["all"] = LoraBias.All };

    private static readonly Dictionary<string, LoraInit> Inits = new() { ["gaussian"] = LoraInit.Gaussian, ["pissa"] = LoraInit.Pissa, ["olora"] = LoraInit.Olora, ["loftq"] = LoraInit.LoftQ };
    private const string PowerIterated = "pissa_niter_";

    /// <summary>Keys whose feature this library lacks, with the value that means that the feature is off.</summary>
    public static readonly IReadOnlyDictionary<string, string> OffByDefault = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["alora_invocation_tokens"] = "null",
        ["arrow_config"] = "null",
        ["corda_config"] = "null",
        ["ensure_weight_tying"] = "false",
        ["eva_config"] = "null",
        ["kasa_config"] = "null",
        ["layer_replication"] = "null",
        ["lora_ga_config"] = "null",
        ["megatron_config"] = "null",
        ["monteclora_config"] = "null",
        ["use_bdlora"] = "null",
        ["use_qalora"] = "false",
        ["velora_config"] = "null",
    };

    public static void Write(LoraOptions options, IDictionary<string, JsonNode?> keys)
    {
        keys["alpha_pattern"] = PythonValues.Patterns(options.AlphaPattern, PythonValues.Number);
        keys["bias"] = Biases.First(pair => pair.Value == options.Bias).Key;
        keys["fan_in_fan_out"] = options.FanInFanOut;
        keys["init_lora_weights"] = options switch
        {
            { Init: LoraInit.Random } => false,
            { Init: LoraInit.Kaiming } => true,
            { PowerIterations: { } iterations } => $"{PowerIterated}{iterations}",
            _ => Inits.First(pair => pair.Value == options.Init).Key,
        };
        keys["loftq_config"] = options.Init == LoraInit.LoftQ ? new JsonObject { ["loftq_bits"] = options.LoftQ.Bits, ["loftq_iter"] = options.LoftQ.Iterations } : new JsonObject();
        keys["lora_alpha"] = PythonValues.Number(options.Alpha);
        keys["lora_bias"] = options.UpBias;
        keys["lora_dropout"] = PythonValues.Float(options.Dropout);
        keys["megatron_core"] = "megatron.core";
        keys["qalora_group_size"] = 16;
        keys["r"] = options.Rank;
        keys["rank_pattern"] = PythonValues.Patterns(options.RankPattern, rank => rank);
        keys["target_parameters"] = PythonValues.OptionalList(options.TargetParameters);
        keys["trainable_token_indices"] = options.TrainableTokens.Count == 0 ? null : PythonValues.List(options.TrainableTokens);
        keys["use_dora"] = options.WeightDecomposed;
        keys["use_rslora"] = options.RankStabilized;
        foreach (var (key, value) in OffByDefault) keys[key] = JsonNode.Parse(value);
    }

    public static LoraOptions Read(AdapterFields fields)
    {
        fields.MustBeOff(OffByDefault);
        return LayerAdapterOptions.Read(fields, new LoraOptions
        {
            Rank = fields.Whole("r", 8),
            Alpha = fields.Real("lora_alpha", 8),
            Dropout = fields.Real("lora_dropout", 0),
            RankPattern = fields.Patterns<int>("rank_pattern"),
            AlphaPattern = fields.Patterns<double>("alpha_pattern"),
            RankStabilized = fields.Flag("use_rslora"),
            Bias = fields.Choice("bias", LoraBias.None, Biases),
            UpBias = fields.Flag("lora_bias"),
            Init = Init(fields),
            PowerIterations = PowerIterations(fields),
            LoftQ = LoftQ(fields),
            WeightDecomposed = fields.Flag("use_dora"),
            TargetParameters = fields.List<string>("target_parameters"),
            TrainableTokens = Tokens(fields),
        });
    }

    private static LoraInit Init(AdapterFields fields)
    {
        if (fields.Json["init_lora_weights"] is not { } value) return LoraInit.Kaiming;
        if (value is JsonValue scalar && scalar.TryGetValue<bool>(out var drawn)) return drawn ? LoraInit.Kaiming : LoraInit.Random;
        if (value is JsonValue text && text.TryGetValue<string>(out var name) && Inits.TryGetValue(name, out var init)) return init;
        if (PowerIterations(fields) is not null) return LoraInit.Pissa;
        fields.Lacks("init_lora_weights");
        return LoraInit.Kaiming;
    }

    private static int? PowerIterations(AdapterFields fields) =>
        fields.Json["init_lora_weights"] is JsonValue text && text.TryGetValue<string>(out var name) && name.StartsWith(PowerIterated, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(PowerIterated.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) ? iterations : null;

    private static LoftQOptions LoftQ(AdapterFields fields)
    {
        if (fields.Json["loftq_config"] is not JsonObject { Count: > 0 } config) return new();
        var inner = new AdapterFields(config);
        var options = new LoftQOptions { Bits = inner.Whole("loftq_bits", 4), Iterations = inner.Whole("loftq_iter", 1) };
        inner.ThrowIfWrong();
        return options;
    }

    private static IReadOnlyList<int> Tokens(AdapterFields fields)
    {
        if (fields.Json["trainable_token_indices"] is not JsonObject) return fields.List<int>("trainable_token_indices") ?? [];
        fields.Lacks("trainable_token_indices"); // by layer
        return [];
    }
}
