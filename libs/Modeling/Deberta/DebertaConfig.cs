using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Encoders;

namespace Platform.Modeling.Deberta;

/// <summary>The figures of DeBERTa-v2 and v3; the defaults are those of transformers.</summary>
public sealed record DebertaConfig : TextEncoderConfig
{
    private const string ContentToPosition = "c2p";
    private const string PositionToContent = "p2c";
    private const string Normed = "layer_norm";

    public override string ModelType => "deberta-v2";

    /// <summary>The width of the tables of tokens, positions and types.</summary>
    public required long EmbeddingSize { get; init; }

    public long TypeVocabularySize { get; init; }

    /// <summary>Whether positions are also added to the input.</summary>
    public bool PositionBiasedInput { get; init; } = true;

    /// <summary>Whether the encoder has a table of relative positions.</summary>
    public bool RelativeAttention { get; init; }

    /// <summary>Distances beyond ± this are not told apart.</summary>
    public long MaxRelativePositions { get; init; }

    /// <summary>Larger distances share a bucket, on a logarithmic scale; null: each has its own vector.</summary>
    public long? PositionBuckets { get; init; }

    /// <summary>Whether positions are projected by the layers of the content.</summary>
    public bool ShareAttentionKey { get; init; }

    /// <summary>Which pairs beside content and content are scored.</summary>
    public IReadOnlyList<string> AttentionTypes { get; init; } = [];

    /// <summary>Whether relative positions pass a norm first.</summary>
    public bool NormRelative { get; init; }

    /// <summary>The width of the convolution beside the first block; 0: none.</summary>
    public long ConvolutionWidth { get; init; }

    public long ConvolutionGroups { get; init; } = 1;
    public string ConvolutionActivation { get; init; } = "tanh";
    public string PoolerActivation { get; init; } = "gelu";
    public double PoolerDropout { get; init; }

    /// <summary>The probability of dropping an input of the classifier; the hidden one if absent.</summary>
    public double? ClassifierDropout { get; init; }

    /// <summary>Whether the head for masked tokens is BERT's.</summary>
    public bool Legacy { get; init; } = true;

    public override double SequenceDropout => ClassifierDropout ?? HiddenDropout;

    public bool ScoresContentToPosition => RelativeAttention && AttentionTypes.Contains(ContentToPosition);

    public bool ScoresPositionToContent => RelativeAttention && AttentionTypes.Contains(PositionToContent);

    /// <summary>How many kinds of scores are added up, which their scale makes up for.</summary>
    public int ScoreKinds => 1 + (AttentionTypes.Contains(ContentToPosition) ? 1 : 0) + (AttentionTypes.Contains(PositionToContent) ? 1 : 0);

    /// <summary>The table of relative positions has twice as many rows.</summary>
    public long Span => PositionBuckets ?? MaxRelativePositions;

    /// <exception cref="ModelConfigException">Keys are wrong or ask for what is not there; the message lists all.</exception>
    public static DebertaConfig Parse(JsonObject json, string className)
    {
        var fields = new ConfigFields(json);
        var (hidden, maxPositions) = (fields.Positive("hidden_size", 1536), fields.Positive("max_position_embeddings", 512));
        var config = new DebertaConfig
        {
            ClassName = className,
            VocabularySize = fields.Positive("vocab_size", 128100),
            HiddenSize = hidden,
            EmbeddingSize = fields.Positive("embedding_size", hidden),
            Layers = fields.Blocks("num_hidden_layers", 24),
            Heads = fields.Positive("num_attention_heads", 24),
            IntermediateSize = fields.Positive("intermediate_size", 6144),
            Activation = fields.Activation("hidden_act", "gelu"),
            HiddenDropout = fields.Probability("hidden_dropout_prob", 0.1),
            AttentionDropout = fields.Probability("attention_probs_dropout_prob", 0.1),
            ClassifierDropout = fields.Has("cls_dropout") ? fields.Probability("cls_dropout", 0.1) : null,
            MaxPositions = maxPositions,
            TypeVocabularySize = AtLeastOne(fields, "type_vocab_size") ?? 0,
            InitializerRange = fields.Real("initializer_range", 0.02),
            NormEpsilon = fields.Real("layer_norm_eps", 1e-7),
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", true),
            BosTokenId = fields.OptionalId("bos_token_id"),
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.OptionalId("pad_token_id") ?? 0,
            PositionBiasedInput = fields.Flag("position_biased_input", true),
            RelativeAttention = fields.Flag("relative_attention"),
            MaxRelativePositions = AtLeastOne(fields, "max_relative_positions") ?? maxPositions,
            PositionBuckets = AtLeastOne(fields, "position_buckets"),
            ShareAttentionKey = fields.Flag("share_att_key"),
            AttentionTypes = Types(fields),
            NormRelative = fields.Text("norm_rel_ebd", "none").ToLowerInvariant().Split('|', StringSplitOptions.TrimEntries).Contains(Normed),
            ConvolutionWidth = AtLeastOne(fields, "conv_kernel_size") ?? 0,
            ConvolutionGroups = fields.Positive("conv_groups", 1),
            ConvolutionActivation = fields.Activation("conv_act", "tanh"),
            PoolerActivation = fields.Activation("pooler_hidden_act", "gelu"),
            PoolerDropout = fields.Probability("pooler_dropout", 0),
            Legacy = fields.Flag("legacy", true),
            Labels = LabelsOf(json, className),
        };
        fields.Require(fields.Positive("pooler_hidden_size", hidden) == hidden, $"pooler_hidden_size is {fields.Json["pooler_hidden_size"]}; it must be hidden_size, {hidden}");
        fields.Require(fields.Positive("attention_head_size", hidden / config.Heads) * config.Heads == hidden, $"attention_head_size is {fields.Json["attention_head_size"]}; only hidden_size / num_attention_heads is supported");
        fields.Require(config.ConvolutionWidth == 0 || config.ConvolutionWidth % 2 == 1, $"conv_kernel_size is {config.ConvolutionWidth}; it must be odd");
        fields.Require(hidden % config.ConvolutionGroups == 0, $"conv_groups is {config.ConvolutionGroups}; it must divide hidden_size, {hidden}");
        Check(config, fields);
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = base.ToJson();
        WriteUsualNames(json);
        json["embedding_size"] = EmbeddingSize;
        json["type_vocab_size"] = TypeVocabularySize;
        json["position_biased_input"] = PositionBiasedInput;
        json["relative_attention"] = RelativeAttention;
        json["max_relative_positions"] = MaxRelativePositions;
        json["position_buckets"] = PositionBuckets ?? -1;
        json["share_att_key"] = ShareAttentionKey;
        json["pos_att_type"] = new JsonArray([.. AttentionTypes.Select(type => (JsonNode)type)]);
        json["norm_rel_ebd"] = NormRelative ? Normed : "none";
        json["pooler_hidden_size"] = HiddenSize;
        json["pooler_hidden_act"] = PoolerActivation;
        json["pooler_dropout"] = PoolerDropout;
        json["legacy"] = Legacy;
        if (ClassifierDropout is { } dropout) json["cls_dropout"] = dropout;
        if (ConvolutionWidth == 0) return json;

        json["conv_kernel_size"] = ConvolutionWidth;
        json["conv_groups"] = ConvolutionGroups;
        json["conv_act"] = ConvolutionActivation;
        return json;
    }

    /// <summary>Zero and negative numbers mean none.</summary>
    private static long? AtLeastOne(ConfigFields fields, string key) => fields.Real(key, 0) is >= 1 ? fields.Positive(key) : null;

    /// <summary>A list, or a text with bars between.</summary>
    private static IReadOnlyList<string> Types(ConfigFields fields) => fields.Json["pos_att_type"] switch
    {
        null => [],
        JsonArray several => [.. several.Select(type => type?.ToString().ToLowerInvariant() ?? "")],
        _ => [.. fields.Text("pos_att_type", "").ToLowerInvariant().Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
    };
}
