using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Quantization.Awq;
using Platform.Quantization.Gptq;

namespace Platform.Quantization.Checkpoints;

/// <summary>Finds the format that a model's config.json names.</summary>
public static class WeightFormats
{
    /// <summary>The key in config.json.</summary>
    public const string Key = "quantization_config";

    private static readonly Dictionary<string, Func<JsonObject, IWeightFormat>> ByMethod = new()
    {
        ["bitsandbytes"] = BitsAndBytesSection.Read,
        ["gptq"] = GptqFormat.Parse,
        ["awq"] = AwqFormat.Parse,
    };

    /// <summary>The format; null when the model is not quantized.</summary>
    /// <exception cref="NotSupportedException">The model is quantized in a way that this library lacks.</exception>
    /// <exception cref="InvalidDataException">A value has the wrong type or lies outside its range.</exception>
    public static IWeightFormat? Of(JsonObject config)
    {
        if (config[Key] is not JsonObject section) return null;
        try
        {
            // transformers wrote no method in its first versions, when there was only one.
            var method = section["quant_method"]?.GetValue<string>() ?? "bitsandbytes";
            return ByMethod.TryGetValue(method, out var read)
                ? read(section)
                : throw new NotSupportedException($"config.json: quant_method is '{method}'; known are {string.Join(", ", ByMethod.Keys)}.");
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or JsonException)
        {
            throw new InvalidDataException($"config.json: a value of {Key} has the wrong type: {e.Message}", e);
        }
    }
}
