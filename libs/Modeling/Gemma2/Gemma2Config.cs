using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Layers;
using Platform.Modeling.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Gemma2;

/// <summary>The figures of Gemma 2 (Gemma Team, 2024), and of what Gemma 3 shares with it.</summary>
public record Gemma2Config : LlamaConfig
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    protected Gemma2Config(LlamaConfig shared)
        : base(shared)
    {
    }

    public override string Architecture => "Gemma2ForCausalLM";
    public override string ModelType => "gemma2";

    /// <summary>The window of each block; null where it sees everything.</summary>
    public IReadOnlyList<long?> Windows { get; init; } = [];

    /// <summary>Scores are divided by its root.</summary>
    public double QueryScalar { get; init; } = 256;

    /// <summary>Bounds the scores; null: nothing does.</summary>
    public double? ScoreSoftCap { get; init; }

    /// <summary>Bounds the logits; null: nothing does.</summary>
    public double? LogitSoftCap { get; init; }

    public override AttentionOptions AttentionOf(int block) => base.AttentionOf(block) with
    {
        Window = Windows[block],
        Scale = 1 / Math.Sqrt(QueryScalar),
        SoftCap = ScoreSoftCap,
    };

    internal override nn.Module<Tensor, ForwardContext, Tensor> CreateBlock(int index, ScalarType dtype, Device device) => new Gemma2DecoderLayer(this, index, dtype, device);

    internal override RmsNorm CreateNorm(ScalarType dtype, Device device) => new(HiddenSize, NormEpsilon, dtype, device, aroundOne: true);

    /// <inheritdoc cref="LlamaConfig.Parse"/>
    public static new Gemma2Config Parse(JsonObject json)
    {
        var fields = new ConfigFields(json);
        var shared = Read(fields, defaultMaxPositions: 8192);
        var config = new Gemma2Config(shared)
        {
            QueryScalar = fields.AboveZero("query_pre_attn_scalar", 256)!.Value,
            ScoreSoftCap = fields.AboveZero("attn_logit_softcapping", 50),
            LogitSoftCap = fields.AboveZero("final_logit_softcapping", 30),
            Windows = SlidingFields.ByType(fields, shared.Layers, fields.Positive("sliding_window", 4096), slides: block => block % 2 == 0),
        };
        fields.ThrowIfWrong();
        return config;
    }

    /// <summary>Reads what both generations have in common.</summary>
    internal static LlamaConfig Read(ConfigFields fields, long defaultMaxPositions)
    {
        fields.Require(!fields.Flag("use_bidirectional_attention"), "use_bidirectional_attention is true; only causal attention is supported");
        var maxPositions = fields.Positive("max_position_embeddings", defaultMaxPositions);
        var config = Read(fields) with
        {
            Activation = fields.Activation("hidden_activation", "gelu_pytorch_tanh"),
            MlpBias = false,
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", true),
            KeyValueHeads = fields.Positive("num_key_value_heads", 4),
            HeadWidth = fields.Positive("head_dim", 256),
            MaxPositions = maxPositions,
            Rotary = RotaryFields.Read(fields, maxPositions),
        };
        fields.Require(config.Heads % config.KeyValueHeads == 0, $"num_key_value_heads is {config.KeyValueHeads}; it must divide num_attention_heads, {config.Heads}");
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = base.ToJson();
        json.Remove("mlp_bias");
        json["hidden_activation"] = Activation;
        json["query_pre_attn_scalar"] = QueryScalar;
        json["attn_logit_softcapping"] = ScoreSoftCap;
        json["final_logit_softcapping"] = LogitSoftCap;
        SlidingFields.WriteTypes(Windows, json);
        return json;
    }
}
