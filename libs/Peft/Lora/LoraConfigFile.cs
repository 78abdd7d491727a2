using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Peft.Lora;

/// <summary>LoRA's adapter_config.json with the keys that PEFT 0.20 writes, sorted, indented by two.</summary>
internal static class LoraConfigFile
{
    public const string FileName = "adapter_config.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Keys whose feature this library lacks, with the value that means that the feature is off.</summary>
    private static readonly Dictionary<string, string> OffByDefault = new(StringComparer.Ordinal)
    {
        ["alora_invocation_tokens"] = "null",
        ["arrow_config"] = "null",
        ["corda_config"] = "null",
        ["ensure_weight_tying"] = "false",
        ["eva_config"] = "null",
        ["fan_in_fan_out"] = "false",
        ["kasa_config"] = "null",
        ["layer_replication"] = "null",
        ["loftq_config"] = "{}",
        ["lora_ga_config"] = "null",
        ["megatron_config"] = "null",
        ["modules_to_save"] = "null",
        ["monteclora_config"] = "null",
        ["target_parameters"] = "null",
        ["trainable_token_indices"] = "null",
        ["use_bdlora"] = "null",
        ["use_dora"] = "false",
        ["use_qalora"] = "false",
        ["velora_config"] = "null",
    };

    public static string Format(LoraOptions options)
    {
        var values = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal)
        {
            ["alpha_pattern"] = Patterns(options.AlphaPattern, Number),
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = options.BaseModel,
            ["bias"] = options.Bias switch { LoraBias.All => "all", LoraBias.LoraOnly => "lora_only", _ => "none" },
            ["exclude_modules"] = options.ExcludeModules is { } excluded ? Modules(excluded) : null,
            ["inference_mode"] = true,
            ["init_lora_weights"] = options.Init switch { LoraInit.Gaussian => "gaussian", LoraInit.Random => false, _ => true },
            ["layers_pattern"] = options.LayersPattern switch { [] => null, [var one] => one, var more => new JsonArray([.. more.Select(name => (JsonNode)name)]) },
            ["layers_to_transform"] = options.LayersToTransform is { } layers ? new JsonArray([.. layers.Select(layer => (JsonNode)layer)]) : null,
            ["lora_alpha"] = Number(options.Alpha),
            ["lora_bias"] = options.UpBias,
            ["lora_dropout"] = Float(options.Dropout),
            ["megatron_core"] = "megatron.core",
            ["peft_type"] = "LORA",
            ["peft_version"] = "0.20.0",
            ["qalora_group_size"] = 16,
            ["r"] = options.Rank,
            ["rank_pattern"] = Patterns(options.RankPattern, rank => rank),
            ["revision"] = null,
            ["target_modules"] = Modules(options.TargetModules),
            ["task_type"] = options.TaskType,
            ["use_rslora"] = options.RankStabilized,
        };
        foreach (var (key, value) in OffByDefault) values[key] = JsonNode.Parse(value);
        return new JsonObject(values).ToJsonString(Indented);
    }

    /// <exception cref="AdapterFormatException">The text is no LoRA configuration.</exception>
    /// <exception cref="NotSupportedException">It asks for something this library lacks; the message lists all of it.</exception>
    public static LoraOptions Parse(string json)
    {
        var root = Root(json);
        if (root["peft_type"] is not JsonValue type) throw new AdapterFormatException(FileName, "peft_type is missing; this is no PEFT adapter.");
        if (type.ToString() != "LORA") throw new NotSupportedException($"{FileName}: peft_type is '{type}'; only LORA is supported.");
        var init = Init(root["init_lora_weights"]);
        List<string> lacking = [.. OffByDefault.Where(off => IsOn(root[off.Key], off.Value)).Select(off => $"{off.Key} = {root[off.Key]!.ToJsonString()}")];
        if (init is null) lacking.Add($"init_lora_weights = {root["init_lora_weights"]!.ToJsonString()}");
        if (lacking.Count > 0) throw new NotSupportedException($"{FileName} asks for what is not supported: {string.Join(", ", lacking)}.");
        var options = Read(root, init!.Value);
        return options.Problems() is [_, ..] problems ? throw new AdapterFormatException(FileName, string.Join(" ", problems)) : options;
    }

    private static LoraOptions Read(JsonObject root, LoraInit init)
    {
        try
        {
            return new LoraOptions
            {
                Rank = root["r"]?.GetValue<int>() ?? 8,
                Alpha = root["lora_alpha"]?.GetValue<double>() ?? 8,
                Dropout = root["lora_dropout"]?.GetValue<double>() ?? 0,
                TargetModules = Modules(root["target_modules"]) ?? throw new AdapterFormatException(FileName, "target_modules is missing."),
                ExcludeModules = Modules(root["exclude_modules"]),
                LayersToTransform = root["layers_to_transform"] switch { null => null, JsonArray list => [.. list.Select(layer => layer!.GetValue<int>())], var one => [one.GetValue<int>()] },
                LayersPattern = root["layers_pattern"] switch { null => [], JsonArray list => [.. list.Select(name => name!.GetValue<string>())], var one => [one.GetValue<string>()] },
                RankPattern = [.. Patterns(root["rank_pattern"]).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!.GetValue<int>()))],
                AlphaPattern = [.. Patterns(root["alpha_pattern"]).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!.GetValue<double>()))],
                RankStabilized = root["use_rslora"]?.GetValue<bool>() ?? false,
                Bias = Bias(root["bias"]?.GetValue<string>() ?? "none"),
                UpBias = root["lora_bias"]?.GetValue<bool>() ?? false,
                Init = init,
                BaseModel = root["base_model_name_or_path"]?.GetValue<string>(),
                TaskType = root["task_type"]?.GetValue<string>(),
            };
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException or NullReferenceException)
        {
            throw new AdapterFormatException(FileName, $"a value has the wrong type: {e.Message}", e);
        }
    }

    private static JsonObject Root(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new AdapterFormatException(FileName, "it is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw new AdapterFormatException(FileName, $"it is not JSON: {e.Message}", e);
        }
    }

    private static LoraBias Bias(string name) => name switch
    {
        "none" => LoraBias.None,
        "lora_only" => LoraBias.LoraOnly,
        "all" => LoraBias.All,
        _ => throw new AdapterFormatException(FileName, $"bias is '{name}'; it must be none, lora_only or all."),
    };

    private static LoraInit? Init(JsonNode? node) => (node?.ToJsonString() ?? "true") switch
    {
        "true" => LoraInit.Kaiming,
        "false" => LoraInit.Random,
        "\"gaussian\"" => LoraInit.Gaussian,
        _ => null,
    };

    private static bool IsOn(JsonNode? value, string off) => value is not null && value.ToJsonString() is var text && text != off && text is not ("[]" or "{}" or "false");

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Patterns(JsonNode? node) => node?.AsObject() ?? [];

    private static ModulePattern? Modules(JsonNode? node) => node switch
    {
        null => null,
        JsonArray list => ModulePattern.List(list.Select(name => name!.GetValue<string>())),
        _ => ModulePattern.Regex(node.GetValue<string>()),
    };

    private static JsonNode Modules(ModulePattern modules) => modules.Expression ?? (JsonNode)new JsonArray([.. modules.Names.Select(name => (JsonNode)name)]);

    private static JsonObject Patterns<T>(IEnumerable<KeyValuePair<string, T>> patterns, Func<T, JsonNode?> value) =>
        new(patterns.OrderBy(pattern => pattern.Key, StringComparer.Ordinal).Select(pattern => KeyValuePair.Create(pattern.Key, value(pattern.Value))));

    /// <summary>8 for 8 and 0.5 for 0.5, as Python writes what the user gave.</summary>
    private static JsonNode? Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e15 ? JsonValue.Create((long)value) : JsonNode.Parse(value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>0.0 for 0, as Python writes a float.</summary>
    private static JsonNode? Float(double value) => JsonNode.Parse(value == Math.Floor(value) ? $"{value:0.0}" : value.ToString("R", CultureInfo.InvariantCulture));
}
