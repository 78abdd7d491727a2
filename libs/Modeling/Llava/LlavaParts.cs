using System.Text.Json.Nodes;
using Platform.Modeling.Llama;
using static TorchSharp.torch;

namespace Platform.Modeling.Llava;

/// <summary>The configs of LLaVA's two parts. Published ones state only what differs from the defaults of transformers.</summary>
internal static class LlavaParts
{
    // Vicuna-7B; families other than Llama differ in some.
    private static readonly Dictionary<string, long> TextDefaults = new()
    {
        ["vocab_size"] = 32_000,
        ["hidden_size"] = 4096,
        ["intermediate_size"] = 11_008,
        ["num_hidden_layers"] = 32,
        ["num_attention_heads"] = 32,
    };

    private static readonly Dictionary<string, (string Key, long Value)[]> FamilyDefaults = new()
    {
        ["mistral"] = [("intermediate_size", 14_336), ("num_key_value_heads", 8), ("max_position_embeddings", 131_072), ("sliding_window", 4096)],
    };

    /// <summary>CLIP ViT-L/14 at 336 pixels, which stands where there is no vision_config at all.</summary>
    private static JsonObject LargeTower => new()
    {
        ["model_type"] = "clip_vision_model",
        ["hidden_size"] = 1024,
        ["intermediate_size"] = 4096,
        ["num_hidden_layers"] = 24,
        ["num_attention_heads"] = 16,
        ["patch_size"] = 14,
        ["image_size"] = 336,
        ["projection_dim"] = 768,
    };

    public static JsonObject Vision(JsonObject json)
    {
        if (json["vision_config"] is not JsonObject stated) return LargeTower;

        var vision = stated.DeepClone().AsObject();
        vision.TryAdd("model_type", "clip_vision_model");
        return vision;
    }

    /// <summary>Creates the decoder that text_config describes.</summary>
    /// <exception cref="ModelConfigException">It is of no family that can be fed with images.</exception>
    public static LlamaForCausalLm Decoder(JsonObject json, ScalarType dtype, Device device)
    {
        var text = Text(json);
        var decoder = ModelFamily.Of(text, typeof(CausalLanguageModel)).Create(text, dtype, device);
        if (decoder is LlamaForCausalLm supported) return supported;

        decoder.Dispose();
        throw new ModelConfigException($"config.json: text_config.model_type is '{text["model_type"]}'; LLaVA is supported over Llama and its relatives only.");
    }

    private static JsonObject Text(JsonObject json)
    {
        var text = (json["text_config"] as JsonObject)?.DeepClone().AsObject() ?? [];
        text.TryAdd("model_type", "llama");
        if (json["tie_word_embeddings"] is JsonValue tied) text["tie_word_embeddings"] = tied.DeepClone();
        foreach (var (key, value) in FamilyDefaults.GetValueOrDefault(text["model_type"]!.ToString()) ?? []) text.TryAdd(key, value);
        foreach (var (key, value) in TextDefaults) text.TryAdd(key, value);
        return text;
    }
}
