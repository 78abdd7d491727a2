using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Layers;

namespace Platform.Modeling.Bloom;

/// <summary>The figures of a BLOOM model. How the weights were once split over devices, and the order of sums that follows, is left aside.</summary>
public sealed record BloomConfig : LanguageModelConfig
{
    public override string Architecture => "BloomForCausalLM";
    public override string ModelType => "bloom";

    public required long Heads { get; init; }
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Whether attention and MLP are added to their normed inputs, and not to the inputs themselves.</summary>
    public bool AddToNormed { get; init; }

    public double HiddenDropout { get; init; }
    public double AttentionDropout { get; init; }

    internal AttentionOptions Attention => new()
    {
        HiddenSize = HiddenSize,
        Heads = Heads,
        KeyValueHeads = Heads,
        HeadWidth = HiddenSize / Heads,
        InputBias = true,
        OutputBias = true,
        Dropout = AttentionDropout,
    };

    /// <exception cref="ModelConfigException">Keys are missing or wrong; the message lists all.</exception>
    public static BloomConfig Parse(JsonObject json)
    {
        var fields = new ConfigFields(json);
        var config = new BloomConfig
        {
            VocabularySize = fields.Positive("vocab_size"),
            HiddenSize = fields.Positive(fields.Either("n_embed", "hidden_size")),
            Layers = fields.Blocks(fields.Either("n_layer", "num_hidden_layers")),
            Heads = fields.Positive(fields.Either("n_head", "num_attention_heads")),
            MaxPositions = fields.Positive("seq_length", 2048),
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", true),
            InitializerRange = fields.Real("initializer_range", 0.02),
            BosTokenId = fields.OptionalId("bos_token_id"),
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.OptionalId("pad_token_id"),
            NormEpsilon = fields.Real("layer_norm_epsilon", 1e-5),
            AddToNormed = fields.Flag("apply_residual_connection_post_layernorm"),
            HiddenDropout = fields.Dropout("hidden_dropout", 0),
            AttentionDropout = fields.Dropout("attention_dropout", 0),
        };
        fields.Require(config.HiddenSize % config.Heads == 0, $"n_head is {config.Heads}; it must divide hidden_size, {config.HiddenSize}");
        fields.ThrowIfWrong();
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = SharedJson();
        json["hidden_size"] = HiddenSize;
        json["n_layer"] = Layers;
        json["n_head"] = Heads;
        json["seq_length"] = MaxPositions;
        json["layer_norm_epsilon"] = NormEpsilon;
        json["initializer_range"] = InitializerRange;
        json["apply_residual_connection_post_layernorm"] = AddToNormed;
        json["hidden_dropout"] = HiddenDropout;
        json["attention_dropout"] = AttentionDropout;
        json["pretraining_tp"] = 1;
        json["slow_but_exact"] = false;
        return json;
    }
}
