using System.Text.Json.Nodes;
using Platform.Modeling.Layers;
using Platform.Modeling.Llama;

namespace Platform.Quantization.Gguf;

/// <summary>The figures of a model of the Llama family in a GGUF header.</summary>
internal static class GgufSettings
{
    private static readonly Dictionary<string, string> Classes = new() { ["llama"] = "LlamaForCausalLM", ["qwen2"] = "Qwen2ForCausalLM", ["qwen3"] = "Qwen3ForCausalLM" };

    /// <exception cref="NotSupportedException">The positions are scaled in a way that is not written yet.</exception>
    public static IEnumerable<(string Key, GgufValue Value)> Of(string architecture, LlamaConfig config)
    {
        if (config.Rotary.Kind != RotaryOptions.Default) throw new NotSupportedException($"rope_type '{config.Rotary.Kind}' cannot be written as GGUF; only {RotaryOptions.Default} can.");
        return
        [
            ($"{architecture}.block_count", (uint)config.Layers),
            ($"{architecture}.context_length", (uint)config.MaxPositions),
            ($"{architecture}.embedding_length", (uint)config.HiddenSize),
            ($"{architecture}.feed_forward_length", (uint)config.IntermediateSize),
            ($"{architecture}.attention.head_count", (uint)config.Heads),
            ($"{architecture}.attention.head_count_kv", (uint)config.KeyValueHeads),
            ($"{architecture}.rope.freq_base", (float)config.Rotary.Theta),
            ($"{architecture}.attention.layer_norm_rms_epsilon", (float)config.NormEpsilon),
            ($"{architecture}.attention.key_length", (uint)config.HeadWidth),
            ($"{architecture}.attention.value_length", (uint)config.HeadWidth),
            ($"{architecture}.vocab_size", (uint)config.VocabularySize),
            ($"{architecture}.rope.dimension_count", (uint)config.HeadWidth),
        ];
    }

    /// <summary>The config.json that a file's header stands for.</summary>
    /// <exception cref="InvalidDataException">A value is missing or of another kind.</exception>
    /// <exception cref="NotSupportedException">The architecture is not known.</exception>
    public static JsonObject ConfigOf(GgufFile file, string path)
    {
        var architecture = file.Values.GetValueOrDefault("general.architecture")?.Items[0] as string;
        if (architecture is null || !Classes.TryGetValue(architecture, out var className)) throw new NotSupportedException($"'{path}': general.architecture is '{architecture}'; known are {string.Join(", ", Classes.Keys)}.");
        if (file.Values.Keys.FirstOrDefault(key => key.StartsWith($"{architecture}.rope.scaling", StringComparison.Ordinal)) is { } scaling) throw new NotSupportedException($"'{path}': scaled positions ({scaling}) are not supported.");
        var (heads, hidden) = (Number("attention.head_count"), Number("embedding_length"));
        return new JsonObject
        {
            ["architectures"] = new JsonArray(className),
            ["model_type"] = architecture,
            ["vocab_size"] = Vocabulary(),
            ["hidden_size"] = hidden,
            ["intermediate_size"] = Number("feed_forward_length"),
            ["num_hidden_layers"] = Number("block_count"),
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = Number("attention.head_count_kv", heads),
            ["head_dim"] = Number("attention.key_length", hidden / Math.Max(1, heads)),
            ["max_position_embeddings"] = Number("context_length"),
            ["rms_norm_eps"] = Real("attention.layer_norm_rms_epsilon", 1e-5),
            ["rope_theta"] = Real("rope.freq_base", 10_000),
            ["attention_bias"] = architecture == "llama" && file.Tensors.ContainsKey("blk.0.attn_q.bias"),
            ["tie_word_embeddings"] = !file.Tensors.ContainsKey("output.weight"),
            ["bos_token_id"] = Id("bos"),
            ["eos_token_id"] = Id("eos"),
            ["pad_token_id"] = Id("padding"),
        };

        long Vocabulary() => file.Tensors.TryGetValue("token_embd.weight", out var embedding) ? embedding.Shape[0] : throw new InvalidDataException($"'{path}' lacks the tensor 'token_embd.weight'.");
        JsonNode? Id(string name) => file.Values.TryGetValue($"tokenizer.ggml.{name}_token_id", out var id) ? Convert.ToInt64(id.Items[0], null) : null;
        double Real(string name, double otherwise) => file.Values.TryGetValue($"{architecture}.{name}", out var value) ? Convert.ToDouble(value.Items[0], null) : otherwise;
        long Number(string name, long? otherwise = null) => file.Values.TryGetValue($"{architecture}.{name}", out var value) && value is { IsList: false, Kind: not GgufKind.String }
            ? Convert.ToInt64(value.Items[0], null)
            : otherwise ?? throw new InvalidDataException($"'{path}' lacks the number '{architecture}.{name}'.");
    }
}
