using System.Text.Json.Nodes;
using Platform.Quantization.Int8;
using Platform.Quantization.Nf4;

namespace Platform.Quantization.Checkpoints;

/// <summary>The <c>quantization_config</c> that transformers writes for bitsandbytes, in four bits or in eight.</summary>
internal static class BitsAndBytesSection
{
    /// <param name="four">The 4-bit options; null for eight bits.</param>
    /// <param name="computeDtype">What the 4-bit layers compute in.</param>
    /// <param name="threshold">The 8-bit outlier threshold.</param>
    public static JsonObject Write(Nf4Options? four, string computeDtype, double threshold) => new()
    {
        ["_load_in_4bit"] = four is not null,
        ["_load_in_8bit"] = four is null,
        ["bnb_4bit_compute_dtype"] = computeDtype,
        ["bnb_4bit_quant_storage"] = "uint8",
        ["bnb_4bit_quant_type"] = four?.QuantType ?? "fp4",
        ["bnb_4bit_use_double_quant"] = four?.DoubleQuantization ?? false,
        ["llm_int8_enable_fp32_cpu_offload"] = false,
        ["llm_int8_has_fp16_weight"] = false,
        ["llm_int8_skip_modules"] = null,
        ["llm_int8_threshold"] = (decimal)threshold + 0.0m,
        ["load_in_4bit"] = four is not null,
        ["load_in_8bit"] = four is null,
        ["quant_method"] = "bitsandbytes",
    };

    public static IWeightFormat Read(JsonObject section)
    {
        if (Flag("load_in_8bit")) return new Int8Format { Threshold = section["llm_int8_threshold"]?.GetValue<double>() ?? Int8Format.DefaultThreshold };
        if (!Flag("load_in_4bit")) throw new NotSupportedException("config.json: quant_method is bitsandbytes, but neither load_in_4bit nor load_in_8bit is true.");
        if (section["bnb_4bit_quant_storage"]?.GetValue<string>() is { } storage and not "uint8") throw new NotSupportedException($"config.json: bnb_4bit_quant_storage is '{storage}'; only uint8 is supported.");
        return new Nf4Format(new Nf4Options { QuantType = section["bnb_4bit_quant_type"]?.GetValue<string>() ?? "fp4", DoubleQuantization = Flag("bnb_4bit_use_double_quant") });

        bool Flag(string name) => section[name]?.GetValue<bool>() ?? false;
    }
}
