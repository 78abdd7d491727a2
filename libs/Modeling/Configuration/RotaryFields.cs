using System.Text.Json.Nodes;
using Platform.Modeling.Layers;

namespace Platform.Modeling.Configuration;

/// <summary>
/// Reads rotary settings in both styles: <c>rope_theta</c> and <c>rope_scaling</c> (transformers 4.x), <c>rope_parameters</c> (5.x).
/// </summary>
internal static class RotaryFields
{
    /// <param name="theta">the family's base where the config states none</param>
    /// <param name="fraction">the family's <c>partial_rotary_factor</c> where the config states none; null: it rotates whole heads</param>
    /// <param name="layerType">the blocks meant, where the config may say it by their type</param>
    public static RotaryOptions Read(ConfigFields config, long maxPositions, double theta = 10_000, double? fraction = null, string? layerType = null)
    {
        var all = config.Json["rope_parameters"] as JsonObject ?? config.Json["rope_scaling"] as JsonObject ?? [];
        var nested = layerType is null ? all : all[layerType] as JsonObject ?? all;
        var rope = new ConfigFields(nested);
        var kind = rope.Text("rope_type", rope.Text("type", RotaryOptions.Default));
        config.Require(RotaryOptions.Kinds.Contains(kind), $"rope_type is '{kind}'; known are {string.Join(", ", RotaryOptions.Kinds)}");

        var original = rope.Positive("original_max_position_embeddings", config.Positive("original_max_position_embeddings", maxPositions));
        var options = new RotaryOptions
        {
            Kind = kind,
            Theta = rope.Real("rope_theta", config.Real("rope_theta", theta)),
            Fraction = fraction is { } part ? rope.Real("partial_rotary_factor", config.Real("partial_rotary_factor", part)) : 1,
            Factor = rope.Real("factor", (double)maxPositions / original),
            OriginalMaxPositions = original,
            LowFrequencyFactor = rope.Real("low_freq_factor", 1),
            HighFrequencyFactor = rope.Real("high_freq_factor", 4),
            BetaFast = rope.Real("beta_fast", 32),
            BetaSlow = rope.Real("beta_slow", 1),
            Truncate = rope.Flag("truncate", true),
            AttentionFactor = rope.OptionalReal("attention_factor"),
            MScale = rope.OptionalReal("mscale"),
            MScaleAllDimensions = rope.OptionalReal("mscale_all_dim"),
            ShortFactors = rope.OptionalReals("short_factor"),
            LongFactors = rope.OptionalReals("long_factor"),
        };
        config.Require(options.Theta > 1, $"rope_theta is {options.Theta}; it must be above 1");
        config.Require(options.Fraction is > 0 and <= 1, $"partial_rotary_factor is {options.Fraction}; it must lie above 0 and not above 1");
        config.Require(options.Factor >= 1 || kind is RotaryOptions.Default or RotaryOptions.LongRope, $"the rope factor is {options.Factor}; it must be at least 1");
        config.Require(options.HighFrequencyFactor > options.LowFrequencyFactor, "high_freq_factor must be above low_freq_factor");
        return options;
    }

    /// <summary>Writes the 4.x keys, which every reader understands.</summary>
    public static void Write(RotaryOptions options, JsonObject json)
    {
        json["rope_theta"] = options.Theta;
        if (options.Kind == RotaryOptions.Default)
        {
            json["rope_scaling"] = null;
            return;
        }

        var scaling = new JsonObject
        {
            ["rope_type"] = options.Kind,
            ["factor"] = options.Factor,
            ["original_max_position_embeddings"] = options.OriginalMaxPositions,
        };
        if (options.Kind == RotaryOptions.Llama3)
        {
            scaling["low_freq_factor"] = options.LowFrequencyFactor;
            scaling["high_freq_factor"] = options.HighFrequencyFactor;
        }

        if (options.Kind == RotaryOptions.Yarn)
        {
            scaling["beta_fast"] = options.BetaFast;
            scaling["beta_slow"] = options.BetaSlow;
            scaling["truncate"] = options.Truncate;
        }

        if (options.AttentionFactor is { } factor) scaling["attention_factor"] = factor;
        if (options.MScale is { } mscale) scaling["mscale"] = mscale;
        if (options.MScaleAllDimensions is { } all) scaling["mscale_all_dim"] = all;
        if (options.ShortFactors is { } shorts) scaling["short_factor"] = new JsonArray([.. shorts.Select(value => (JsonNode)value)]);
        if (options.LongFactors is { } longs) scaling["long_factor"] = new JsonArray([.. longs.Select(value => (JsonNode)value)]);
        json["rope_scaling"] = scaling;
    }
}
