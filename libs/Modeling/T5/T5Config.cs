using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.T5;

/// <summary>The figures of a T5 model, of T5 1.1 (Flan) and of mT5.</summary>
public sealed record T5Config : Seq2SeqConfig
{
    /// <summary>The class among those that share this config.</summary>
    public required string ClassName { get; init; }

    public override string Architecture => ClassName;
    public override string ModelType => ClassName.StartsWith("MT5", StringComparison.Ordinal) ? "mt5" : "t5";

    public required long IntermediateSize { get; init; }
    public required long Heads { get; init; }

    /// <summary>Independent of the hidden size.</summary>
    public required long HeadWidth { get; init; }

    /// <summary>Distances are sorted into so many buckets, each with a bias per head.</summary>
    public long Buckets { get; init; } = 32;

    /// <summary>All greater distances share a bucket.</summary>
    public long MaxDistance { get; init; } = 128;

    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>An activation's name, as <c>relu</c>, or <c>gated-</c> and its name.</summary>
    public string FeedForward { get; init; } = "relu";

    /// <summary>Whether what enters the head is multiplied by 1/√hidden, as in T5 1.0.</summary>
    public bool ScaleDecoderOutputs { get; init; } = true;

    public double DropoutRate { get; init; } = 0.1;

    public double ClassifierDropout { get; init; }

    /// <summary>Multiplies the standard deviations of new weights.</summary>
    public double InitializerFactor { get; init; } = 1;

    public bool IsGated => FeedForward.StartsWith(Gated, StringComparison.Ordinal);

    /// <summary>gated-gelu has always meant the approximation by tanh.</summary>
    public string Activation => FeedForward == Gated + "gelu" ? "gelu_new" : IsGated ? FeedForward[Gated.Length..] : FeedForward;

    private const string Gated = "gated-";

    /// <exception cref="ModelConfigException">Keys are missing or wrong; the message lists all.</exception>
    public static T5Config Parse(JsonObject json, string className)
    {
        var fields = new ConfigFields(json);
        var layers = fields.Blocks("num_layers");
        var tied = fields.Flag("tie_word_embeddings", true);
        var eos = fields.Ids("eos_token_id");
        var config = new T5Config
        {
            ClassName = className,
            VocabularySize = fields.Positive("vocab_size"),
            HiddenSize = fields.Positive("d_model"),
            Layers = layers,
            DecoderLayers = fields.Blocks("num_decoder_layers", layers),
            IntermediateSize = fields.Positive("d_ff"),
            Heads = fields.Positive("num_heads"),
            HeadWidth = fields.Positive("d_kv"),
            Buckets = fields.Positive("relative_attention_num_buckets", 32),
            MaxDistance = fields.Positive("relative_attention_max_distance", 128),
            NormEpsilon = fields.Real("layer_norm_epsilon", 1e-6),
            FeedForward = fields.Text("feed_forward_proj", "relu"),
            TieWordEmbeddings = tied,
            // 4.x scales where the head is tied; 5.x says it by itself.
            ScaleDecoderOutputs = fields.Flag("scale_decoder_outputs", tied),
            DropoutRate = fields.Dropout("dropout_rate", 0.1),
            ClassifierDropout = fields.Dropout("classifier_dropout", 0),
            InitializerFactor = fields.Real("initializer_factor", 1),
            PadTokenId = fields.OptionalId("pad_token_id") ?? 0,
            EosTokenIds = eos.Count > 0 ? eos : [1],
            DecoderStartTokenId = fields.OptionalId("decoder_start_token_id"),
            MaxPositions = fields.Positive("n_positions", 512),
        };
        fields.Require(
            Activations.Names.Contains(config.Activation),
            $"feed_forward_proj is '{config.FeedForward}'; known are these and gated- with one of them: {string.Join(", ", Activations.Names.Order())}");
        fields.Require(config.Buckets >= 4 && config.Buckets % 2 == 0, $"relative_attention_num_buckets is {config.Buckets}; it must be even and at least 4");
        fields.Require(config.MaxDistance > config.Buckets / 2, $"relative_attention_max_distance is {config.MaxDistance}; it must be above half of relative_attention_num_buckets, {config.Buckets}");
        fields.ThrowIfWrong();
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = SharedSeq2SeqJson();
        if (ClassName.EndsWith("EncoderModel", StringComparison.Ordinal)) json["is_encoder_decoder"] = false;
        json["d_model"] = HiddenSize;
        json["d_kv"] = HeadWidth;
        json["d_ff"] = IntermediateSize;
        json["num_layers"] = Layers;
        json["num_decoder_layers"] = DecoderLayers;
        json["num_heads"] = Heads;
        json["n_positions"] = MaxPositions;
        json["relative_attention_num_buckets"] = Buckets;
        json["relative_attention_max_distance"] = MaxDistance;
        json["layer_norm_epsilon"] = NormEpsilon;
        json["feed_forward_proj"] = FeedForward;
        json["dropout_rate"] = DropoutRate;
        json["classifier_dropout"] = ClassifierDropout;
        json["initializer_factor"] = InitializerFactor;
        json["scale_decoder_outputs"] = ScaleDecoderOutputs;
        return json;
    }
}
