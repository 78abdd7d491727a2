using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Encoders;

namespace Platform.Modeling.Bert;

/// <summary>The figures of BERT and of RoBERTa; the defaults are those of transformers.</summary>
public record BertConfig : TextEncoderConfig
{
    public override string ModelType => "bert";

    public long TypeVocabularySize { get; init; } = 2;

    /// <summary>The probability of dropping an input of a classifier; the hidden one if absent.</summary>
    public double? ClassifierDropout { get; init; }

    public override double SequenceDropout => ClassifierDropout ?? HiddenDropout;

    public override double TokenDropout => ClassifierDropout ?? HiddenDropout;

    /// <summary>The tables below the first block.</summary>
    public virtual TextEmbeddingOptions Embeddings => new()
    {
        VocabularySize = VocabularySize,
        HiddenSize = HiddenSize,
        EmbeddingSize = HiddenSize,
        Positions = MaxPositions,
        Types = TypeVocabularySize,
        NormEpsilon = NormEpsilon,
        Dropout = HiddenDropout,
        PaddingId = PadTokenId,
    };

    /// <exception cref="ModelConfigException">Keys are wrong or ask for what is not there; the message lists all.</exception>
    public static BertConfig Parse(JsonObject json, string className)
    {
        var fields = new ConfigFields(json);
        var config = Read(fields, className, vocabularySize: 30522, pad: 0);
        Check(config, fields);
        return config;
    }

    internal static BertConfig Read(ConfigFields fields, string className, long vocabularySize, long pad) => new()
    {
        ClassName = className,
        VocabularySize = fields.Positive("vocab_size", vocabularySize),
        HiddenSize = fields.Positive("hidden_size", 768),
        Layers = fields.Blocks("num_hidden_layers", 12),
        Heads = fields.Positive("num_attention_heads", 12),
        IntermediateSize = fields.Positive("intermediate_size", 3072),
        Activation = fields.Activation("hidden_act", "gelu"),
        HiddenDropout = fields.Probability("hidden_dropout_prob", 0.1),
        AttentionDropout = fields.Probability("attention_probs_dropout_prob", 0.1),
        ClassifierDropout = fields.Has("classifier_dropout") ? fields.Probability("classifier_dropout", 0.1) : null,
        MaxPositions = fields.Positive("max_position_embeddings", 512),
        TypeVocabularySize = fields.Positive("type_vocab_size", 2),
        InitializerRange = fields.Real("initializer_range", 0.02),
        NormEpsilon = fields.Real("layer_norm_eps", 1e-12),
        TieWordEmbeddings = fields.Flag("tie_word_embeddings", true),
        BosTokenId = fields.OptionalId("bos_token_id"),
        EosTokenIds = fields.Ids("eos_token_id"),
        PadTokenId = fields.OptionalId("pad_token_id") ?? pad,
        Labels = LabelsOf(fields.Json, className),
    };

    public override JsonObject ToJson()
    {
        var json = base.ToJson();
        WriteUsualNames(json);
        json["type_vocab_size"] = TypeVocabularySize;
        json["classifier_dropout"] = ClassifierDropout;
        json["position_embedding_type"] = "absolute";
        return json;
    }
}
