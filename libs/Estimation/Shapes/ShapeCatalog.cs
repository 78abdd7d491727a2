using System.Text.Json.Nodes;

namespace Platform.Estimation.Shapes;

/// <summary>The families by their <c>model_type</c>.</summary>
internal static class ShapeCatalog
{
    private static readonly Dictionary<string, Func<Figures, ModelShape>> ByType = new(StringComparer.Ordinal)
    {
        ["llama"] = LlamaShapes.Of,
        ["mistral"] = LlamaShapes.Of,
        ["mixtral"] = LlamaShapes.Of,
        ["qwen2"] = LlamaShapes.Of,
        ["qwen3"] = LlamaShapes.Of,
        ["gemma2"] = LlamaShapes.Of,
        ["gemma3_text"] = LlamaShapes.Of,
        ["phi3"] = LlamaShapes.Of,
        ["glm"] = LlamaShapes.Of,
        ["glm4"] = LlamaShapes.Of,
        ["chatglm"] = ChatGlmShapes.Of,
        ["opt"] = OptShapes.Of,
        ["gpt2"] = Gpt2Shapes.Of,
        ["bloom"] = BloomShapes.Of,
        ["bert"] = TextEncoderShapes.Bert,
        ["roberta"] = TextEncoderShapes.Roberta,
        ["distilbert"] = TextEncoderShapes.DistilBert,
        ["deberta-v2"] = TextEncoderShapes.Deberta,
        ["t5"] = T5Shapes.Of,
        ["whisper"] = WhisperShapes.Of,
        ["vit"] = VisionShapes.Vit,
        ["clip"] = VisionShapes.Clip,
        ["llava"] = VisionShapes.Llava,
    };

    public static ModelShape Of(JsonObject config)
    {
        var figures = new Figures(config);
        return ByType.TryGetValue(figures.ModelType, out var shape)
            ? shape(figures)
            : throw new ShapeException($"config.json: model_type is '{figures.ModelType}'; known are {string.Join(", ", ByType.Keys)}.");
    }
}
