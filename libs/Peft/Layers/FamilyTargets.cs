using Platform.Modeling;

namespace Platform.Peft.Layers;

/// <summary>The layers that are adapted where nobody named any, by the family of the model.</summary>
/// <remarks>
/// PEFT 0.20's tables of default targets, for the families this platform has. Differs from PEFT: families that a table lacks have an entry in
/// the same spirit (queries and values; keys, values and the second layer of the feed-forward part; all norms of the blocks).
/// </remarks>
/// <param name="Attention">for methods that change weights</param>
/// <param name="Scaled">for (IA)³</param>
/// <param name="ScaledInputs">those of <paramref name="Scaled"/> whose inputs are scaled</param>
/// <param name="Norms">for LN tuning</param>
/// <param name="Allocated">for AdaLoRA; null: <paramref name="Attention"/></param>
internal sealed record FamilyTargets(string[] Attention, string[] Scaled, string[] ScaledInputs, string[] Norms, string[]? Allocated = null)
{
    private static readonly string[] QueriesAndValues = ["q_proj", "v_proj"];
    private static readonly string[] BlockNorms = ["input_layernorm", "post_attention_layernorm", "norm"];
    private static readonly string[] FourNorms = ["input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm", "norm"];
    private static readonly string[] Fused = ["query_key_value"];
    private static readonly string[] BertWords = ["query", "value"];

    private static readonly FamilyTargets Llama = new(QueriesAndValues, ["k_proj", "v_proj", "down_proj"], ["down_proj"], BlockNorms);
    private static readonly FamilyTargets Bert = new(BertWords, ["key", "value", "output.dense"], ["output.dense"], ["LayerNorm"]);
    private static readonly FamilyTargets Clip = new(QueriesAndValues, ["k_proj", "v_proj", "fc2"], ["fc2"], ["layer_norm1", "layer_norm2"]);
    private static readonly FamilyTargets Gemma = new(QueriesAndValues, ["q_proj", "v_proj", "down_proj"], ["down_proj"], FourNorms);
    private static readonly FamilyTargets Qwen = new(QueriesAndValues, ["q_proj", "v_proj", "down_proj"], ["down_proj"], ["post_attention_layernorm"]);

    private static readonly Dictionary<string, FamilyTargets> ByModelType = new(StringComparer.Ordinal)
    {
        ["bert"] = Bert,
        ["bloom"] = new(Fused, ["query_key_value", "mlp.dense_4h_to_h"], ["mlp.dense_4h_to_h"], ["input_layernorm", "post_attention_layernorm", "ln_f"]),
        ["chatglm"] = new(Fused, ["query_key_value", "dense_4h_to_h"], ["dense_4h_to_h"], ["input_layernorm", "post_attention_layernorm", "final_layernorm"]),
        ["clip"] = Clip,
        ["clip_text_model"] = Clip,
        ["clip_vision_model"] = Clip,
        ["deberta-v2"] = new(["query_proj", "value_proj"], ["key_proj", "value_proj", "output.dense"], ["output.dense"], ["LayerNorm"], ["query_proj", "key_proj", "value_proj", "dense"]),
        ["distilbert"] = new(["q_lin", "v_lin"], ["k_lin", "v_lin", "lin2"], ["lin2"], ["sa_layer_norm", "output_layer_norm"]),
        ["gemma2"] = Gemma,
        ["gemma3_text"] = Gemma,
        ["glm"] = Llama,
        ["glm4"] = Llama with { Norms = ["input_layernorm", "post_self_attn_layernorm", "post_attention_layernorm", "post_mlp_layernorm", "norm"] },
        ["gpt2"] = new(["c_attn"], ["c_attn", "mlp.c_proj"], ["mlp.c_proj"], ["ln_1", "ln_2", "ln_f"]),
        ["llama"] = Llama,
        ["llava"] = Llama,
        ["mistral"] = Llama,
        ["mixtral"] = new(QueriesAndValues, ["k_proj", "v_proj", "w2"], ["w2"], BlockNorms),
        ["mt5"] = new(["q", "v"], ["k", "v", "wi_1"], [], ["layer_norm", "final_layer_norm"], ["q", "k", "v", "o", "wi_0", "wi_1", "wo"]),
        ["opt"] = new(QueriesAndValues, ["q_proj", "k_proj", "fc2"], ["fc2"], ["self_attn_layer_norm", "final_layer_norm"], ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"]),
        ["phi3"] = new(["qkv_proj"], ["qkv_proj", "down_proj"], ["down_proj"], BlockNorms),
        ["qwen2"] = Qwen,
        ["qwen3"] = Qwen,
        ["roberta"] = Bert with { Allocated = ["query", "key", "value", "dense"] },
        ["t5"] = new(["q", "v"], ["k", "v", "wo"], ["wo"], ["layer_norm", "final_layer_norm"], ["q", "k", "v", "o", "wi", "wo"]),
        ["vit"] = new(BertWords, ["key", "value", "output.dense"], ["output.dense"], ["layernorm_before", "layernorm_after", "layernorm"]),
        ["whisper"] = new(QueriesAndValues, ["k_proj", "v_proj", "fc2"], ["fc2"], ["self_attn_layer_norm", "encoder_attn_layer_norm", "final_layer_norm"]),
    };

    public static bool AreKnown(PretrainedModel model) => ByModelType.ContainsKey(model.Config.ModelType);

    /// <exception cref="ArgumentException">The family has no defaults; the message says what to name instead.</exception>
    public static FamilyTargets Of(PretrainedModel model) => ByModelType.TryGetValue(model.Config.ModelType, out var targets)
        ? targets
        : throw new ArgumentException($"target_modules is missing, and models of the type '{model.Config.ModelType}' have no default; name layers, or all-linear.");

    /// <summary>Those of a method.</summary>
    public ModulePattern For(string peftType) => ModulePattern.List(peftType switch
    {
        "IA3" => Scaled,
        "LN_TUNING" => Norms,
        "ADALORA" => Allocated ?? Attention,
        _ => Attention,
    });
}
