using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Encoders;

namespace Platform.Modeling.DistilBert;

/// <summary>The figures of DistilBERT, under names of its own; the defaults are those of transformers.</summary>
public sealed record DistilBertConfig : TextEncoderConfig
{
    public override string ModelType => "distilbert";

    /// <summary>Whether a new model's positions are sinusoids.</summary>
    public bool SinusoidalPositions { get; init; }

    public double SequenceHeadDropout { get; init; } = 0.2;
    public double AnswerHeadDropout { get; init; } = 0.1;

    public override double SequenceDropout => SequenceHeadDropout;
    public override double AnswerDropout => AnswerHeadDropout;

    /// <exception cref="ModelConfigException">Keys are wrong or ask for what is not there; the message lists all.</exception>
    public static DistilBertConfig Parse(JsonObject json, string className)
    {
        var fields = new ConfigFields(json);
        var config = new DistilBertConfig
        {
            ClassName = className,
            VocabularySize = fields.Positive("vocab_size", 30522),
            HiddenSize = fields.Positive("dim", 768),
            Layers = fields.Blocks("n_layers", 6),
            Heads = fields.Positive("n_heads", 12),
            IntermediateSize = fields.Positive("hidden_dim", 3072),
            Activation = fields.Activation("activation", "gelu"),
            HiddenDropout = fields.Probability("dropout", 0.1),
            AttentionDropout = fields.Probability("attention_dropout", 0.1),
            SequenceHeadDropout = fields.Probability("seq_classif_dropout", 0.2),
            AnswerHeadDropout = fields.Probability("qa_dropout", 0.1),
            SinusoidalPositions = fields.Flag("sinusoidal_pos_embds"),
            MaxPositions = fields.Positive("max_position_embeddings", 512),
            InitializerRange = fields.Real("initializer_range", 0.02),
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", true),
            BosTokenId = fields.OptionalId("bos_token_id"),
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.OptionalId("pad_token_id") ?? 0,
            Labels = LabelsOf(json, className),
        };
        Check(config, fields, "n_heads", "dim");
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = base.ToJson();
        json["dim"] = HiddenSize;
        json["hidden_dim"] = IntermediateSize;
        json["n_layers"] = Layers;
        json["n_heads"] = Heads;
        json["activation"] = Activation;
        json["dropout"] = HiddenDropout;
        json["attention_dropout"] = AttentionDropout;
        json["seq_classif_dropout"] = SequenceHeadDropout;
        json["qa_dropout"] = AnswerHeadDropout;
        json["sinusoidal_pos_embds"] = SinusoidalPositions;
        return json;
    }
}
