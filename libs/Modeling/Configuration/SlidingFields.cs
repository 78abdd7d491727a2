using System.Text.Json.Nodes;

namespace Platform.Modeling.Configuration;

/// <summary>
/// Which blocks slide, as the Qwen families say it: <c>layer_types</c> where it is given, else from <c>max_window_layers</c> on
/// and only with <c>use_sliding_window</c>.
/// </summary>
internal static class SlidingFields
{
    private const string Sliding = "sliding_attention";
    private const string Full = "full_attention";

    /// <returns>the window of each block, null where it sees everything</returns>
    public static IReadOnlyList<long?> Read(ConfigFields fields, int layers)
    {
        var window = fields.Flag("use_sliding_window") && fields.Has("sliding_window") ? fields.Positive("sliding_window") : (long?)null;
        if (fields.Json["layer_types"] is not JsonArray types)
        {
            var from = (int)fields.Positive("max_window_layers", 28);
            if (fields.Json["max_window_layers"]?.ToJsonString() == "0") from = 0;
            return [.. Enumerable.Range(0, layers).Select(i => i >= from ? window : null)];
        }

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
        var window = windows.FirstOrDefault(item => item is not null);
        json["use_sliding_window"] = window is not null;
        json["sliding_window"] = window;
        json["layer_types"] = new JsonArray([.. windows.Select(item => (JsonNode)(item is null ? Full : Sliding))]);
    }
}
