using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Encoders;

/// <summary>What the config.json of every encoder of text says, whatever its head.</summary>
public abstract record TextEncoderConfig : LanguageModelConfig
{
    public override string Architecture => ClassName;

    /// <summary>The class in transformers, e.g. <c>BertForMaskedLM</c>.</summary>
    public required string ClassName { get; init; }

    public required long IntermediateSize { get; init; }
    public required long Heads { get; init; }
    public string Activation { get; init; } = "gelu";
    public double NormEpsilon { get; init; } = 1e-12;

    /// <summary>The longest text there are positions for, in tokens.</summary>
    public virtual long LongestText => MaxPositions;

    /// <summary>The probability of dropping a hidden value while training.</summary>
    public double HiddenDropout { get; init; } = 0.1;

    /// <summary>The probability of dropping an attention weight while training.</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>The classes, if the model is a classifier.</summary>
    public ClassificationLabels? Labels { get; init; }

    /// <summary>The probability of dropping an input of a head while training.</summary>
    public virtual double SequenceDropout => HiddenDropout;

    /// <inheritdoc cref="SequenceDropout"/>
    public virtual double TokenDropout => HiddenDropout;

    /// <inheritdoc cref="SequenceDropout"/>
    public virtual double AnswerDropout => 0;

    internal static ClassificationLabels? LabelsOf(JsonObject json, string className) =>
        className.EndsWith("Classification", StringComparison.Ordinal) ? ClassificationLabels.Read(json) : null;

    /// <summary>What no encoder here can do, refused by name.</summary>
    internal static void Check(TextEncoderConfig config, ConfigFields fields, string headsKey = "num_attention_heads", string sizeKey = "hidden_size")
    {
        fields.Require(config.HiddenSize % config.Heads == 0, $"{headsKey} is {config.Heads}; it must divide {sizeKey}, {config.HiddenSize}");
        fields.Require(fields.Text("position_embedding_type", "absolute") == "absolute", $"position_embedding_type is '{fields.Text("position_embedding_type", "")}'; only absolute is supported");
        fields.Require(!fields.Flag("is_decoder"), "is_decoder is true; only encoders are supported");
        fields.Require(!fields.Flag("add_cross_attention"), "add_cross_attention is true; only encoders are supported");
        fields.Require(fields.Json["pruned_heads"] is not JsonObject { Count: > 0 }, "pruned_heads is not empty; only models with all heads are supported");
        if (config.ClassName.EndsWith("ForQuestionAnswering", StringComparison.Ordinal))
        {
            var count = ClassificationLabels.Read(fields.Json).Count;
            fields.Require(count == 2, $"num_labels is {count}; an answer has 2, its start and its end");
        }

        fields.ThrowIfWrong();
    }

    public override JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(ClassName),
            ["model_type"] = ModelType,
            ["vocab_size"] = VocabularySize,
            ["max_position_embeddings"] = MaxPositions,
            ["initializer_range"] = InitializerRange,
            ["tie_word_embeddings"] = TieWordEmbeddings,
            ["bos_token_id"] = BosTokenId,
            ["eos_token_id"] = EosTokenIds.Count > 0 ? EosTokenIds[0] : null,
            ["pad_token_id"] = PadTokenId,
        };
        Labels?.Write(json);
        return json;
    }

    /// <summary>The names most families have for the figures.</summary>
    protected void WriteUsualNames(JsonObject json)
    {
        json["hidden_size"] = HiddenSize;
        json["intermediate_size"] = IntermediateSize;
        json["num_hidden_layers"] = Layers;
        json["num_attention_heads"] = Heads;
        json["hidden_act"] = Activation;
        json["hidden_dropout_prob"] = HiddenDropout;
        json["attention_probs_dropout_prob"] = AttentionDropout;
        json["layer_norm_eps"] = NormEpsilon;
    }
}
