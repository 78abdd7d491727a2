using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.FineTuning.Compatibility;

/// <summary>Reads typed fields of a JSON object and collects what is wrong with them.</summary>
internal sealed class ArgumentFields(JsonObject fields)
{
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    public IEnumerable<KeyValuePair<string, JsonNode?>> All => fields;

    public void Refuse(bool wrong, string problem)
    {
        if (wrong) _problems.Add(problem);
    }

    /// <summary>A number, also one in quotes; null: absent.</summary>
    public double? Number(string name)
    {
        if (fields[name] is not { } node) return null;
        if (node.GetValueKind() == JsonValueKind.Number) return node.GetValue<double>();
        if (double.TryParse(node.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
        Refuse(true, $"{name} is {node.ToJsonString()}; it must be a number.");
        return null;
    }

    /// <summary>A whole number of steps; the Trainer's ratios of all steps are refused.</summary>
    public long? Steps(string name)
    {
        if (Number(name) is not { } number) return null;
        Refuse(number is > 0 and < 1 || number != Math.Floor(number), string.Create(CultureInfo.InvariantCulture, $"{name} is {number}; give a whole number of steps."));
        return (long)number;
    }

    public bool Flag(string name)
    {
        if (fields[name] is not { } node) return false;
        var kind = node.GetValueKind();
        Refuse(kind is not (JsonValueKind.True or JsonValueKind.False), $"{name} is {node.ToJsonString()}; it must be true or false.");
        return kind == JsonValueKind.True;
    }

    /// <summary>One of some words; anything else is refused and read as <paramref name="standard"/>.</summary>
    public string OneOf(string name, string standard, params string[] known)
    {
        var word = fields[name]?.ToString() ?? standard;
        if (known.Contains(word)) return word;
        Refuse(true, $"{name} is '{word}'; expected one of {string.Join(", ", known)}.");
        return standard;
    }

    /// <summary>An object, also one in quotes as on a command line; absent: an empty one.</summary>
    public JsonObject Object(string name)
    {
        if (fields[name] is not { } node) return [];
        if (node is JsonObject direct) return direct;
        try
        {
            if (JsonNode.Parse(node.ToString()) is JsonObject quoted) return quoted;
        }
        catch (JsonException)
        {
            // Told below, like any other value that is no object.
        }

        Refuse(true, $"{name} is {node.ToJsonString()}; it must be an object.");
        return [];
    }
}
