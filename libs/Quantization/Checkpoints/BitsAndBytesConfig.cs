using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Quantization.Nf4;

namespace Platform.Quantization.Checkpoints;

/// <summary>The <c>quantization_config</c> of a model folder's config.json, as transformers writes it for 4-bit models.</summary>
public sealed record BitsAndBytesConfig
{
    public const string Key = "quantization_config";

    public required Nf4Options Options { get; init; }

    /// <summary>What transformers computes in: <c>float32</c>, <c>bfloat16</c> or <c>float16</c>.</summary>
    public required string ComputeDtype { get; init; }

    public JsonObject ToJson() => new()
    {
        ["_load_in_4bit"] = true,
        ["_load_in_8bit"] = false,
        ["bnb_4bit_compute_dtype"] = ComputeDtype,
        ["bnb_4bit_quant_storage"] = "uint8",
        ["bnb_4bit_quant_type"] = Options.QuantType,
        ["bnb_4bit_use_double_quant"] = Options.DoubleQuantization,
        ["llm_int8_enable_fp32_cpu_offload"] = false,
        ["llm_int8_has_fp16_weight"] = false,
        ["llm_int8_skip_modules"] = null,
        ["llm_int8_threshold"] = 6.0m,
        ["load_in_4bit"] = true,
        ["load_in_8bit"] = false,
        ["quant_method"] = "bitsandbytes",
    };

    /// <summary>Reads the section; null when the model is not quantized.</summary>
    /// <exception cref="NotSupportedException">The model is quantized in a way that this library lacks.</exception>
    public static BitsAndBytesConfig? Read(JsonObject config)
    {
        if (config[Key] is not JsonObject section) return null;
        try
        {
            var method = section["quant_method"]?.GetValue<string>();
            if (method is not (null or "bitsandbytes")) throw new NotSupportedException($"config.json: quant_method is '{method}'; only bitsandbytes is supported.");
            if (section["load_in_4bit"]?.GetValue<bool>() is not true) throw new NotSupportedException("config.json: the model is quantized by bitsandbytes to eight bits; only load_in_4bit is supported.");
            if (section["bnb_4bit_quant_storage"]?.GetValue<string>() is { } storage and not "uint8") throw new NotSupportedException($"config.json: bnb_4bit_quant_storage is '{storage}'; only uint8 is supported.");
            return new BitsAndBytesConfig
            {
                Options = new Nf4Options { QuantType = section["bnb_4bit_quant_type"]?.GetValue<string>() ?? "fp4", DoubleQuantization = section["bnb_4bit_use_double_quant"]?.GetValue<bool>() ?? false },
                ComputeDtype = section["bnb_4bit_compute_dtype"]?.GetValue<string>() ?? "float32",
            };
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or JsonException)
        {
            throw new InvalidDataException($"config.json: a value of {Key} has the wrong type: {e.Message}", e);
        }
    }
}
