using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Layers;

namespace Platform.Modeling.Gpt2;

/// <summary>The figures of a GPT-2 model.</summary>
public sealed record Gpt2Config : LanguageModelConfig
{
    public override string Architecture => "GPT2LMHeadModel";
    public override string ModelType => "gpt2";

    public required long Heads { get; init; }
    public required long InnerSize { get; init; }
    public string Activation { get; init; } = "gelu_new";
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Whether scores are divided by √width.</summary>
    public bool ScaleByWidth { get; init; } = true;

    /// <summary>Whether the scores of block i are divided by i + 1.</summary>
    public bool ScaleByDepth { get; init; }

    public double EmbeddingDropout { get; init; }
    public double AttentionDropout { get; init; }
    public double ResidualDropout { get; init; }

    /// <summary>What the attention of one block looks like.</summary>
    internal AttentionOptions AttentionOf(int block)
    {
        var width = HiddenSize / Heads;
        return new AttentionOptions
        {
            HiddenSize = HiddenSize,
            Heads = Heads,
            KeyValueHeads = Heads,
            HeadWidth = width,
            Scale = (ScaleByWidth ? 1 / Math.Sqrt(width) : 1) / (ScaleByDepth ? block + 1 : 1),
            Dropout = AttentionDropout,
        };
    }

    /// <exception cref="ModelConfigException">Keys are missing or wrong; the message lists all.</exception>
    public static Gpt2Config Parse(JsonObject json)
    {
        var fields = new ConfigFields(json);
        var hidden = fields.Positive(fields.Either("n_embd", "hidden_size"));
        var config = new Gpt2Config
        {
            VocabularySize = fields.Positive("vocab_size"),
            HiddenSize = hidden,
            Layers = fields.Blocks(fields.Either("n_layer", "num_hidden_layers")),
            Heads = fields.Positive(fields.Either("n_head", "num_attention_heads")),
            InnerSize = fields.Positive("n_inner", 4 * hidden),
            MaxPositions = fields.Positive(fields.Either("n_positions", "max_position_embeddings"), 1024),
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", true),
            InitializerRange = fields.Real("initializer_range", 0.02),
            BosTokenId = fields.OptionalId("bos_token_id"),
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.OptionalId("pad_token_id"),
            Activation = fields.Activation("activation_function", "gelu_new"),
            NormEpsilon = fields.Real("layer_norm_epsilon", 1e-5),
            ScaleByWidth = fields.Flag("scale_attn_weights", true),
            ScaleByDepth = fields.Flag("scale_attn_by_inverse_layer_idx"),
            EmbeddingDropout = fields.Dropout("embd_pdrop", 0.1),
            AttentionDropout = fields.Dropout("attn_pdrop", 0.1),
            ResidualDropout = fields.Dropout("resid_pdrop", 0.1),
        };
        fields.Require(config.HiddenSize % config.Heads == 0, $"n_head is {config.Heads}; it must divide n_embd, {config.HiddenSize}");
        fields.Require(!fields.Flag("add_cross_attention"), "add_cross_attention is true; a GPT-2 that attends to an encoder is not supported");
        fields.ThrowIfWrong();
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = SharedJson();
        json["n_embd"] = HiddenSize;
        json["n_layer"] = Layers;
        json["n_head"] = Heads;
        json["n_inner"] = InnerSize;
        json["n_positions"] = MaxPositions;
        json["activation_function"] = Activation;
        json["layer_norm_epsilon"] = NormEpsilon;
        json["initializer_range"] = InitializerRange;
        json["scale_attn_weights"] = ScaleByWidth;
        json["scale_attn_by_inverse_layer_idx"] = ScaleByDepth;
        json["embd_pdrop"] = EmbeddingDropout;
        json["attn_pdrop"] = AttentionDropout;
        json["resid_pdrop"] = ResidualDropout;
        return json;
    }
}
