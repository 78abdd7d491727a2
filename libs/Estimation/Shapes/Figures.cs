using System.Globalization;
using System.Text.Json.Nodes;

namespace Platform.Estimation.Shapes;

/// <summary>The fields of a config.json.</summary>
internal sealed class Figures(JsonObject json)
{
    // Products of a few of these stay within 64 bits.
    private const long Largest = 1 << 24;

    public JsonObject Json => json;

    public string ModelType => Text("model_type", "");

    /// <summary>The first class named, e.g. <c>BertForQuestionAnswering</c>; empty: none.</summary>
    public string Architecture => json["architectures"] is JsonArray { Count: > 0 } names ? names[0]?.ToString() ?? "" : "";

    /// <summary>A size that must be there, under one of several names.</summary>
    public long Size(params string[] names) => names.Select(SizeIfAny).FirstOrDefault(size => size is not null)
        ?? throw new ShapeException($"config.json: {names[0]} is missing; it is needed to know the size of a {ModelType} model.");

    public long SizeOr(long otherwise, params string[] names) => names.Select(SizeIfAny).FirstOrDefault(size => size is not null) ?? otherwise;

    public bool Flag(string name, bool otherwise) => json[name] is null ? otherwise
        : json[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag
        : throw new ShapeException($"config.json: {name} is {json[name]!.ToJsonString()}; expected true or false.");

    public string Text(string name, string otherwise) => json[name] is JsonValue value && value.TryGetValue(out string? text) ? text : otherwise;

    public Figures Part(string name) => json[name] is JsonObject part ? new(part) : throw new ShapeException($"config.json: {name} is missing; it holds the figures of a part of the model.");

    /// <summary>How many classes a classifier tells apart.</summary>
    public long Labels => SizeIfAny("num_labels") ?? (json["id2label"] is JsonObject { Count: > 0 } labels ? labels.Count : 2);

    private long? SizeIfAny(string name)
    {
        if (json[name] is null) return null;
        return long.TryParse(json[name]!.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size <= Largest
            ? size
            : throw new ShapeException($"config.json: {name} is {json[name]!.ToJsonString()}; expected a whole number from 0 to {Largest}.");
    }
}
