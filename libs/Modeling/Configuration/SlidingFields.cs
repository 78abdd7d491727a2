using System.Text.Json.Nodes;

namespace Platform.Modeling.Configuration;

/// <summary>Which blocks slide: <c>layer_types</c> where it is given, else by the rule of the family.</summary>
internal static class SlidingFields
{
    public const string Sliding = "sliding_attention";
    public const string Full = "full_attention";

    /// <summary>As the Qwen families say it: only with <c>use_sliding_window</c>, by their rule from <c>max_window_layers</c> on.</summary>
    /// <returns>the window of each block, null where it sees everything</returns>
    public static IReadOnlyList<long?> Read(ConfigFields fields, int layers)
    {
        var window = fields.Flag("use_sliding_window") && fields.Has("sliding_window") ? fields.Positive("sliding_window") : (long?)null;
        var from = fields.Json["max_window_layers"]?.ToJsonString() == "0" ? 0 : fields.Positive("max_window_layers", 28);
        return ByType(fields, layers, window, block => block >= from);
    }

    /// <param name="slides">the family's rule</param>
    /// <returns>the window of each block, null where it sees everything</returns>
    public static IReadOnlyList<long?> ByType(ConfigFields fields, int layers, long? window, Func<int, bool> slides)
    {
        if (fields.Json["layer_types"] is not JsonArray types) return [.. Enumerable.Range(0, layers).Select(i => slides(i) ? window : null)];

        fields.Require(types.Count == layers, $"layer_types names {types.Count} layers, num_hidden_layers is {layers}");
        return [.. types.Select(type => type?.ToString() switch
        {
            Sliding => window,
            Full => null,
            var other => fields.Wrong<long?>("layer_types", $"holds '{other}'; known are {Full}, {Sliding}", null),
        })];
    }

    public static void Write(IReadOnlyList<long?> windows, JsonObject json)
    {
        json["use_sliding_window"] = windows.Any(window => window is not null);
        WriteTypes(windows, json);
    }

    public static void WriteTypes(IReadOnlyList<long?> windows, JsonObject json)
    {
        json["sliding_window"] = windows.FirstOrDefault(item => item is not null);
        json["layer_types"] = new JsonArray([.. windows.Select(item => (JsonNode)(item is null ? Full : Sliding))]);
    }
}
