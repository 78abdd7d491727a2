using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Whisper;

/// <summary>The figures of a Whisper model.</summary>
public sealed record WhisperConfig : Seq2SeqConfig
{
    /// <summary>The class among those that share this config.</summary>
    public required string ClassName { get; init; }

    public override string Architecture => ClassName;
    public override string ModelType => "whisper";

    /// <summary>The bands of the features it takes.</summary>
    public required long Mels { get; init; }

    public required long EncoderHeads { get; init; }
    public required long EncoderIntermediateSize { get; init; }
    public required long DecoderHeads { get; init; }
    public required long DecoderIntermediateSize { get; init; }

    /// <summary>The positions of the encoder: half of the features' frames.</summary>
    public long MaxSourcePositions { get; init; } = 1500;

    public string Activation { get; init; } = "gelu";
    public double DropoutRate { get; init; }
    public double AttentionDropout { get; init; }
    public double ActivationDropout { get; init; }

    /// <summary>The probability that a block of the encoder is left out while training.</summary>
    public double EncoderLayerDrop { get; init; }

    public double DecoderLayerDrop { get; init; }

    /// <summary>Whether training would mask features at random; such models can be run, but not trained.</summary>
    public bool SpecAugment { get; init; }

    /// <summary>A classifier's width between the encoder and the classes.</summary>
    public long ClassifierWidth { get; init; } = 256;

    /// <summary>Whether a classifier takes a learned mean of all layers and not the last one.</summary>
    public bool WeightedLayers { get; init; }

    /// <exception cref="ModelConfigException">Keys are missing or wrong; the message lists all.</exception>
    public static WhisperConfig Parse(JsonObject json, string className)
    {
        var fields = new ConfigFields(json);
        var config = new WhisperConfig
        {
            ClassName = className,
            VocabularySize = fields.Positive("vocab_size", 51865),
            HiddenSize = fields.Positive("d_model"),
            Layers = fields.Blocks("encoder_layers"),
            DecoderLayers = fields.Blocks("decoder_layers"),
            Mels = fields.Positive("num_mel_bins", 80),
            EncoderHeads = fields.Positive("encoder_attention_heads"),
            EncoderIntermediateSize = fields.Positive("encoder_ffn_dim"),
            DecoderHeads = fields.Positive("decoder_attention_heads"),
            DecoderIntermediateSize = fields.Positive("decoder_ffn_dim"),
            MaxSourcePositions = fields.Positive("max_source_positions", 1500),
            MaxPositions = fields.Positive("max_target_positions", 448),
            Activation = fields.Activation("activation_function", "gelu"),
            DropoutRate = fields.Dropout("dropout", 0),
            AttentionDropout = fields.Dropout("attention_dropout", 0),
            ActivationDropout = fields.Dropout("activation_dropout", 0),
            EncoderLayerDrop = fields.Dropout("encoder_layerdrop", 0),
            DecoderLayerDrop = fields.Dropout("decoder_layerdrop", 0),
            ClassifierWidth = fields.Positive("classifier_proj_size", 256),
            SpecAugment = fields.Flag("apply_spec_augment"),
            WeightedLayers = fields.Flag("use_weighted_layer_sum"),
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", true),
            InitializerRange = fields.Real("init_std", 0.02),
            BosTokenId = fields.OptionalId("bos_token_id"),
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.OptionalId("pad_token_id"),
            DecoderStartTokenId = fields.OptionalId("decoder_start_token_id"),
        };
        fields.Require(config.HiddenSize % config.EncoderHeads == 0, $"encoder_attention_heads is {config.EncoderHeads}; it must divide d_model, {config.HiddenSize}");
        fields.Require(config.HiddenSize % config.DecoderHeads == 0, $"decoder_attention_heads is {config.DecoderHeads}; it must divide d_model, {config.HiddenSize}");
        fields.Require(config.HiddenSize % 2 == 0 && config.HiddenSize > 2, $"d_model is {config.HiddenSize}; sinusoids need an even one above 2");
        fields.ThrowIfWrong();
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = SharedSeq2SeqJson();
        json["d_model"] = HiddenSize;
        json["num_mel_bins"] = Mels;
        json["encoder_layers"] = Layers;
        json["encoder_attention_heads"] = EncoderHeads;
        json["encoder_ffn_dim"] = EncoderIntermediateSize;
        json["encoder_layerdrop"] = EncoderLayerDrop;
        json["decoder_layers"] = DecoderLayers;
        json["decoder_attention_heads"] = DecoderHeads;
        json["decoder_ffn_dim"] = DecoderIntermediateSize;
        json["decoder_layerdrop"] = DecoderLayerDrop;
        json["max_source_positions"] = MaxSourcePositions;
        json["max_target_positions"] = MaxPositions;
        json["activation_function"] = Activation;
        json["dropout"] = DropoutRate;
        json["attention_dropout"] = AttentionDropout;
        json["activation_dropout"] = ActivationDropout;
        json["apply_spec_augment"] = SpecAugment;
        json["classifier_proj_size"] = ClassifierWidth;
        json["use_weighted_layer_sum"] = WeightedLayers;
        json["init_std"] = InitializerRange;
        return json;
    }
}
