using System.Text.Json.Nodes;

namespace Platform.Modeling.Tasks;

/// <summary>The config of a decoder with another head than the language model's.</summary>
public sealed record DecoderConfig(LanguageModelConfig Decoder, string ClassName, ClassificationLabels Labels) : ModelConfig
{
    public override string Architecture => ClassName;

    public override string ModelType => Decoder.ModelType;

    public override JsonObject ToJson()
    {
        var json = Decoder.ToJson();
        json["architectures"] = new JsonArray(ClassName);
        Labels.Write(json);
        return json;
    }
}
