using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Modeling;

/// <summary>What every family's config.json says.</summary>
public abstract record ModelConfig
{
    public const string FileName = "config.json";

    /// <summary>The name of the class in transformers, e.g. <c>LlamaForCausalLM</c>.</summary>
    public abstract string Architecture { get; }

    /// <summary>E.g. <c>llama</c>.</summary>
    public abstract string ModelType { get; }

    /// <summary>The standard deviation of new weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>The keys of config.json that say the above, in the style most readers understand (4.x).</summary>
    public abstract JsonObject ToJson();

    /// <summary>Reads a config.json, or another JSON file beside it.</summary>
    /// <exception cref="ModelConfigException">The file is missing or no JSON object.</exception>
    public static JsonObject ReadJson(string file)
    {
        if (!File.Exists(file)) throw new ModelConfigException($"'{file}' is missing.");
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(file)) as JsonObject ?? throw new ModelConfigException($"'{file}' is no JSON object.");
        }
        catch (JsonException failure)
        {
            throw new ModelConfigException($"'{file}' is no JSON: {failure.Message}", failure);
        }
    }
}
