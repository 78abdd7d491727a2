using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Layers;

namespace Platform.Modeling.Opt;

/// <summary>The figures of an OPT model.</summary>
public sealed record OptConfig : LanguageModelConfig
{
    public override string Architecture => "OPTForCausalLM";
    public override string ModelType => "opt";

    public required long Heads { get; init; }
    public required long InnerSize { get; init; }

    /// <summary>The width of the token embedding; where it is not the hidden size, projections lead to it and back.</summary>
    public required long EmbeddingSize { get; init; }

    public override long OutputSize => EmbeddingSize;

    public string Activation { get; init; } = "relu";

    /// <summary>Whether norms stand before attention and MLP, as in all sizes but 350m.</summary>
    public bool NormBefore { get; init; } = true;

    /// <summary>Whether the norm after the last block is left out, as in models tuned before it was found to be missing.</summary>
    public bool WithoutFinalNorm { get; init; }

    /// <summary>Whether norms have weights.</summary>
    public bool AffineNorms { get; init; } = true;

    /// <summary>Whether the projections have biases.</summary>
    public bool Bias { get; init; } = true;

    public double Dropout { get; init; }
    public double AttentionDropout { get; init; }

    internal bool HasFinalNorm => NormBefore && !WithoutFinalNorm;

    internal AttentionOptions Attention => new()
    {
        HiddenSize = HiddenSize,
        Heads = Heads,
        KeyValueHeads = Heads,
        HeadWidth = HiddenSize / Heads,
        InputBias = Bias,
        OutputBias = Bias,
        Dropout = AttentionDropout,
    };

    /// <exception cref="ModelConfigException">Keys are missing or wrong; the message lists all.</exception>
    public static OptConfig Parse(JsonObject json)
    {
        var fields = new ConfigFields(json);
        var hidden = fields.Positive("hidden_size");
        var config = new OptConfig
        {
            VocabularySize = fields.Positive("vocab_size"),
            HiddenSize = hidden,
            Layers = fields.Blocks("num_hidden_layers"),
            Heads = fields.Positive("num_attention_heads"),
            InnerSize = fields.Positive("ffn_dim"),
            EmbeddingSize = fields.Positive("word_embed_proj_dim", hidden),
            MaxPositions = fields.Positive("max_position_embeddings", 2048),
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", true),
            InitializerRange = fields.Real("init_std", 0.02),
            BosTokenId = fields.OptionalId("bos_token_id"),
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.OptionalId("pad_token_id"),
            Activation = fields.Activation("activation_function", "relu"),
            NormBefore = fields.Flag("do_layer_norm_before", true),
            WithoutFinalNorm = fields.Flag("_remove_final_layer_norm"),
            AffineNorms = fields.Flag("layer_norm_elementwise_affine", true),
            Bias = fields.Flag("enable_bias", true),
            Dropout = fields.Dropout("dropout", 0.1),
            AttentionDropout = fields.Dropout("attention_dropout", 0),
        };
        fields.Require(config.HiddenSize % config.Heads == 0, $"num_attention_heads is {config.Heads}; it must divide hidden_size, {config.HiddenSize}");
        fields.Require(fields.Real("layerdrop", 0) == 0, "layerdrop is not 0; leaving out whole layers at random is not supported, set it to 0");
        fields.ThrowIfWrong();
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = SharedJson();
        json["hidden_size"] = HiddenSize;
        json["num_hidden_layers"] = Layers;
        json["num_attention_heads"] = Heads;
        json["ffn_dim"] = InnerSize;
        json["word_embed_proj_dim"] = EmbeddingSize;
        json["max_position_embeddings"] = MaxPositions;
        json["activation_function"] = Activation;
        json["do_layer_norm_before"] = NormBefore;
        json["_remove_final_layer_norm"] = WithoutFinalNorm;
        json["layer_norm_elementwise_affine"] = AffineNorms;
        json["enable_bias"] = Bias;
        json["init_std"] = InitializerRange;
        json["dropout"] = Dropout;
        json["attention_dropout"] = AttentionDropout;
        json["layerdrop"] = 0.0;
        return json;
    }
}
