using System.Text.Json.Nodes;
using Platform.Modeling.Bert;
using Platform.Modeling.Configuration;
using Platform.Modeling.Encoders;

namespace Platform.Modeling.Roberta;

/// <summary>BERT whose positions count from the padding's id on.</summary>
public sealed record RobertaConfig : BertConfig
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private RobertaConfig(BertConfig shared)
        : base(shared)
    {
    }

    public override string ModelType => "roberta";

    public override long LongestText => MaxPositions - (PadTokenId ?? -1) - 1;

    public override TextEmbeddingOptions Embeddings => base.Embeddings with { PositionsAfter = PadTokenId };

    /// <inheritdoc cref="BertConfig.Parse"/>
    public static new RobertaConfig Parse(JsonObject json, string className)
    {
        var fields = new ConfigFields(json);
        var config = new RobertaConfig(Read(fields, className, vocabularySize: 50265, pad: 1));
        Check(config, fields);
        return config;
    }
}
