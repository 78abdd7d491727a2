using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Estimation.Shapes;

namespace Platform.Estimation.Training;

/// <summary>
/// What an adapter trains, told from the content of its adapter_config.json. Exact for LoRA, AdaLoRA, (IA)³, LoHa, VeRA, norms, prompts and
/// prefixes; for rotations and Kronecker products an upper bound. All of it is small beside what activations take.
/// </summary>
public static class AdapterConfigFigures
{
    private static readonly HashSet<string> QueriesAndValues =
        ["q_proj", "v_proj", "qkv_proj", "query_key_value", "query", "value", "attn.c_attn", "SelfAttention.q", "SelfAttention.v", "EncDecAttention.q", "EncDecAttention.v", "encoder_attn.q_proj", "encoder_attn.v_proj", "self_attn.q_proj", "self_attn.v_proj"];

    private static readonly HashSet<string> Inner = ["down_proj", "dense_4h_to_h", "fc2", "wo", "mlp.c_proj", "output.dense"];

    /// <param name="config">with <c>peft_type</c>, or with AdapterHub's <c>config</c></param>
    public static AdapterSetup Of(ModelShape model, JsonObject config)
    {
        var fields = new Fields(config);
        return fields.Text("peft_type") switch
        {
            "PROMPT_TUNING" => Prompt(fields.Number("num_virtual_tokens", 20) * model.Blocks.HiddenSize, fields),
            "P_TUNING" => Prompt(EncodedPrompt(model, fields), fields),
            "PREFIX_TUNING" => Prompt(Prefix(model, fields), fields),
            "LN_TUNING" => new(model.Weights.Where(weight => weight.Group == WeightGroup.Norm).Sum(weight => weight.Total), false, false, false, false),
            null => Bottleneck(model, new Fields(config["config"] as JsonObject ?? [])),
            var type => Layers(model, fields, type),
        };
    }

    private static AdapterSetup Layers(ModelShape model, Fields fields, string type)
    {
        var targets = model.Weights.Where(weight => weight.IsBlockMatrix && IsTarget(weight, fields, type)).ToList();
        var rank = fields.Number(type == "ADALORA" ? "init_r" : "r", type == "VERA" ? 256 : type == "ADALORA" ? 12 : 8);
        return new(targets.Sum(weight => weight.Count * Trained(weight, fields, type, rank)), Any(WeightGroup.Attention, false), Any(WeightGroup.Attention, true), Any(WeightGroup.Mlp, false), Any(WeightGroup.Mlp, true))
        {
            UpdateValues = type switch
            {
                "LOHA" => 3 * targets.Sum(weight => weight.Total),
                "LOKR" => targets.Sum(weight => weight.Total),
                _ => 0,
            },
        };

        bool Any(WeightGroup group, bool last) => targets.Any(weight => weight.Group == group && IsLast(weight) == last);
    }

    private static long Trained(WeightShape weight, Fields fields, string type, long rank)
    {
        var (outputs, inputs) = (weight.Size[0], weight.Size[1]);
        return type switch
        {
            "LORA" => rank * (inputs + outputs) + (fields.Flag("use_dora") ? outputs : 0),
            "ADALORA" => rank * (inputs + outputs + 1),
            "IA3" => IsLast(weight) && weight.Group == WeightGroup.Mlp ? inputs : outputs,
            "LOHA" => 2 * rank * (inputs + outputs),
            "VERA" => outputs + rank,
            "OFT" or "BOFT" => inputs * Math.Max(1, fields.Number(type == "OFT" ? "oft_block_size" : "boft_block_size", 32)),
            _ => rank * (inputs + outputs),
        };
    }

    private static bool IsTarget(WeightShape weight, Fields fields, string type)
    {
        var name = LayerOf(weight);
        return fields.Names("target_modules") is { } names
            ? names.Contains("all-linear") || names.Any(wanted => name == wanted || name.EndsWith("." + wanted, StringComparison.Ordinal))
            : QueriesAndValues.Contains(name) || (type == "IA3" && Inner.Contains(name));
    }

    private static string LayerOf(WeightShape weight) => weight.Name[..^".weight".Length];

    /// <summary>Whether the layer is the last of its half of the block: it reads what the half computed, and not the stream.</summary>
    private static bool IsLast(WeightShape weight) => Inner.Contains(LayerOf(weight)) || LayerOf(weight) is "o_proj" or "out_proj" or "dense" or "attn.c_proj" or "attention.output.dense"
        || LayerOf(weight).EndsWith(".out_proj", StringComparison.Ordinal) || LayerOf(weight).EndsWith("Attention.o", StringComparison.Ordinal);

    private static AdapterSetup Prompt(long parameters, Fields fields) => new(parameters, false, false, false, false) { VirtualTokens = fields.Number("num_virtual_tokens", 20) };

    private static long Prefix(ModelShape model, Fields fields)
    {
        var (width, tokens) = (2 * model.Blocks.Layers * model.Blocks.KeyWidth, fields.Number("num_virtual_tokens", 20));
        if (!fields.Flag("prefix_projection")) return tokens * width;

        var (own, inner) = (model.Blocks.KeyWidth, fields.Number("encoder_hidden_size", model.Blocks.HiddenSize));
        return tokens * own + own * inner + inner + inner * width + width;
    }

    private static long EncodedPrompt(ModelShape model, Fields fields)
    {
        var (hidden, tokens) = (model.Blocks.HiddenSize, fields.Number("num_virtual_tokens", 20));
        var inner = fields.Number("encoder_hidden_size", hidden);
        var encoder = fields.Text("encoder_reparameterization_type") == "LSTM"
            ? fields.Number("encoder_num_layers", 2) * 8 * inner * (2 * inner + 2) + (2 * inner + 1) * 2 * inner + (2 * inner + 1) * hidden
            : (hidden + 1) * inner + (inner + 1) * inner + (inner + 1) * hidden;
        return tokens * hidden + encoder;
    }

    private static AdapterSetup Bottleneck(ModelShape model, Fields fields)
    {
        var hidden = model.Blocks.HiddenSize;
        var inner = Math.Max(1, hidden / Math.Max(1, fields.Number("reduction_factor", 16)));
        var each = 2 * hidden * inner + inner + hidden;
        return new((fields.Flag("mh_adapter") ? 2 : 1) * model.Blocks.Layers * each, AttentionInputs: false, AttentionOutput: false, MlpInputs: true, MlpOutput: false);
    }

    /// <summary>The fields of an adapter's configuration; what is missing has a default.</summary>
    private sealed class Fields(JsonObject json)
    {
        public string? Text(string name) => json[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

        public bool Flag(string name) => json[name] is JsonValue value && value.TryGetValue(out bool flag) && flag;

        public long Number(string name, long otherwise) => double.TryParse(json[name]?.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1e9 ? (long)number : otherwise;

        public IReadOnlyCollection<string>? Names(string name) => json[name] switch
        {
            JsonArray names => [.. names.Select(item => item?.ToString() ?? "")],
            JsonValue value when value.TryGetValue(out string? text) => [text],
            _ => null,
        };
    }
}
