using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Layers;
using static TorchSharp.torch;

namespace Platform.Modeling.ChatGlm;

/// <summary>
/// The figures of ChatGLM2, ChatGLM3 and the first GLM-4-9B, in the layout they were published in; the defaults are those of the
/// published configuration.
/// </summary>
public sealed record ChatGlmConfig : LanguageModelConfig
{
    internal const string BareName = "ChatGLMModel";
    internal const string Type = "chatglm";

    // The code that transformers runs: the one that knows rope_ratio.
    private const string Code = "THUDM/chatglm3-6b-32k--";

    public override string Architecture => ClassName;
    public override string ModelType => Type;

    /// <summary>The class named in the config: the published folders name the decoder, some copies the language model.</summary>
    public string ClassName { get; init; } = BareName;

    public required long IntermediateSize { get; init; }
    public required long Heads { get; init; }
    public required long HeadWidth { get; init; }

    /// <summary>How many key heads all heads share; null: each has its own, and the fused projection holds them head by head.</summary>
    public long? Groups { get; init; }

    /// <summary>Multiplies the rotary base, 10,000.</summary>
    public double RopeRatio { get; init; } = 1;

    public double NormEpsilon { get; init; } = 1e-5;
    public bool UsesRmsNorm { get; init; } = true;

    /// <summary>Whether there is a norm between the last block and the head.</summary>
    public bool HasFinalNorm { get; init; } = true;

    /// <summary>Whether the residual path goes on from the normed input.</summary>
    public bool ResidualFromNorm { get; init; }

    public bool LinearBias { get; init; }
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Of what attention and MLP give, in training.</summary>
    public double HiddenDropout { get; init; }

    /// <summary>Before a classifier's head, in training; the hidden states' if absent.</summary>
    public double? ClassifierDropout { get; init; }

    internal AttentionOptions Attention => new()
    {
        HiddenSize = HiddenSize,
        Heads = Heads,
        KeyValueHeads = Groups ?? Heads,
        HeadWidth = HeadWidth,
        Rotary = new RotaryOptions { Theta = 10_000 * RopeRatio, Fraction = 0.5, Interleaved = true },
        InputBias = LinearBias || QueryKeyValueBias,
        OutputBias = LinearBias,
    };

    internal nn.Module<Tensor, Tensor> CreateNorm(ScalarType dtype, Device device) => UsesRmsNorm
        ? new RmsNorm(HiddenSize, NormEpsilon, dtype, device, widely: true)
        : new LayerNorm(HiddenSize, NormEpsilon, dtype, device);

    /// <exception cref="ModelConfigException">Keys are wrong, or ask for what is not there; the message lists all.</exception>
    public static ChatGlmConfig Parse(JsonObject json, string className = BareName)
    {
        var fields = new ConfigFields(json);
        var (hidden, heads) = (fields.Positive("hidden_size", 4096), fields.Positive("num_attention_heads", 32));
        var config = new ChatGlmConfig
        {
            ClassName = className,
            VocabularySize = fields.Positive("padded_vocab_size", fields.Positive("vocab_size", 65_024)),
            HiddenSize = hidden,
            Layers = fields.Blocks("num_layers", fields.Blocks("num_hidden_layers", 28)),
            MaxPositions = fields.Positive("seq_length", 2048),
            InitializerRange = fields.Real("initializer_range", 0.02),
            BosTokenId = fields.OptionalId("bos_token_id"),
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.OptionalId("pad_token_id"),
            IntermediateSize = fields.Positive("ffn_hidden_size", 13_696),
            Heads = heads,
            HeadWidth = fields.Positive("kv_channels", 128),
            Groups = fields.Flag("multi_query_attention") ? fields.Positive("multi_query_group_num", 1) : null,
            RopeRatio = fields.Real("rope_ratio", 1),
            NormEpsilon = fields.Real("layernorm_epsilon", 1e-5),
            UsesRmsNorm = fields.Flag("rmsnorm", true),
            HasFinalNorm = fields.Flag("post_layer_norm", true),
            ResidualFromNorm = fields.Flag("apply_residual_connection_post_layernorm"),
            LinearBias = fields.Flag("add_bias_linear"),
            QueryKeyValueBias = fields.Flag("add_qkv_bias"),
            HiddenDropout = fields.Real("hidden_dropout", 0),
            ClassifierDropout = fields.OptionalReal("classifier_dropout"),
        };
        fields.Require(heads % (config.Groups ?? heads) == 0, $"multi_query_group_num is {config.Groups}; it must divide num_attention_heads, {heads}");
        fields.Require(config.HeadWidth % 4 == 0, $"kv_channels is {config.HeadWidth}; pairs in half of it are rotated, so it must be a multiple of 4");
        fields.Require(config.RopeRatio > 0, $"rope_ratio is {config.RopeRatio}; it must be above 0");
        fields.Require(config.HiddenDropout is >= 0 and < 1, $"hidden_dropout is {config.HiddenDropout}; it must lie in 0..1, 1 excluded");
        RefuseOthers(fields);
        fields.ThrowIfWrong();
        return config;
    }

    private static void RefuseOthers(ConfigFields fields)
    {
        fields.Require(!fields.Has("position_encoding_2d") && !fields.Has("inner_hidden_size"), "position_encoding_2d and inner_hidden_size belong to the first ChatGLM-6B, which is not supported; ChatGLM2, ChatGLM3 and GLM-4 are");
        fields.Require(!fields.Has("pre_seq_len"), "pre_seq_len asks for a prefix encoder, which is not supported; remove it and use a prefix-tuning adapter");
        fields.Require(fields.Real("quantization_bit", 0) == 0, "quantization_bit asks for the published int4/int8 kernels, which are not supported; load the unquantized folder and quantize it here");
        fields.Require(!fields.Flag("fp32_residual_connection"), "fp32_residual_connection is true; only false is supported");
    }

    public override JsonObject ToJson() => new()
    {
        ["architectures"] = new JsonArray(Architecture),
        ["model_type"] = ModelType,
        ["auto_map"] = new JsonObject
        {
            ["AutoConfig"] = Code + "configuration_chatglm.ChatGLMConfig",
            ["AutoModel"] = Code + "modeling_chatglm.ChatGLMForConditionalGeneration",
            ["AutoModelForCausalLM"] = Code + "modeling_chatglm.ChatGLMForConditionalGeneration",
            ["AutoModelForSequenceClassification"] = Code + "modeling_chatglm.ChatGLMForSequenceClassification",
        },
        ["add_bias_linear"] = LinearBias,
        ["add_qkv_bias"] = QueryKeyValueBias,
        ["apply_query_key_layer_scaling"] = true,
        ["apply_residual_connection_post_layernorm"] = ResidualFromNorm,
        ["attention_dropout"] = 0.0,
        ["attention_softmax_in_fp32"] = true,
        ["bias_dropout_fusion"] = true,
        ["classifier_dropout"] = ClassifierDropout,
        ["ffn_hidden_size"] = IntermediateSize,
        ["fp32_residual_connection"] = false,
        ["hidden_dropout"] = HiddenDropout,
        ["hidden_size"] = HiddenSize,
        ["initializer_range"] = InitializerRange,
        ["kv_channels"] = HeadWidth,
        ["layernorm_epsilon"] = NormEpsilon,
        ["multi_query_attention"] = Groups is not null,
        ["multi_query_group_num"] = Groups ?? 1,
        ["num_attention_heads"] = Heads,
        ["num_layers"] = Layers,
        ["original_rope"] = true,
        ["padded_vocab_size"] = VocabularySize,
        ["post_layer_norm"] = HasFinalNorm,
        ["rmsnorm"] = UsesRmsNorm,
        ["rope_ratio"] = RopeRatio,
        ["seq_length"] = MaxPositions,
        ["use_cache"] = true,
        ["tie_word_embeddings"] = false,
        ["bos_token_id"] = BosTokenId,
        ["eos_token_id"] = EosTokenIds.Count == 1 ? EosTokenIds[0] : EosTokenIds.Count == 0 ? null : new JsonArray([.. EosTokenIds.Select(id => (JsonNode)id)]),
        ["pad_token_id"] = PadTokenId,
    };
}
