using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Modeling.Layers;

namespace Platform.Modeling.Configuration;

/// <summary>Reads the keys of a config.json, or of another file, and collects everything that is wrong with them.</summary>
internal sealed class ConfigFields(JsonObject json, string file = "config.json")
{
    private const int MostBlocks = 10_000;
    private readonly List<string> _problems = [];

    public JsonObject Json { get; } = json;

    public bool Has(string key) => Json[key] is not null;

    /// <summary>A whole number in 1..2³¹-1, which bounds every size a config states.</summary>
    public long Positive(string key) => Json[key] switch
    {
        null => Wrong(key, "is required, a whole number of at least 1", 1L),
        var node => Number(node) is { } value and >= 1 and <= int.MaxValue && value == Math.Floor(value)
            ? (long)value
            : Wrong(key, $"is {node.ToJsonString()}; it must be a whole number in 1..{int.MaxValue}", 1L),
    };

    /// <summary>The key that is given, of several names for the same; the first if none is.</summary>
    public string Either(string key, string alias) => !Has(key) && Has(alias) ? alias : key;

    /// <summary>The probability of dropping a value while training.</summary>
    public double Dropout(string key, double otherwise) => Real(key, otherwise) is var rate and >= 0 and < 1
        ? rate
        : Wrong(key, $"is {Json[key]!.ToJsonString()}; it must lie in [0, 1)", 0.0);

    public long Positive(string key, long otherwise) => Has(key) ? Positive(key) : otherwise;

    /// <summary>How many blocks a stack has: they are made one by one, so a config must not ask for any number of them.</summary>
    public int Blocks(string key, int? otherwise = null)
    {
        var count = otherwise is { } usual ? Positive(key, usual) : Positive(key);
        return count <= MostBlocks ? (int)count : Wrong(key, $"is {count}; it must be a whole number in 1..{MostBlocks}", 1);
    }

    public long? OptionalId(string key) => Json[key] is JsonValue node && Number(node) is { } value ? (long)value : null;

    /// <summary>One id, several or none.</summary>
    public IReadOnlyList<long> Ids(string key) => Json[key] switch
    {
        JsonArray several => [.. several.Select(node => (long)(Number(node) ?? Wrong(key, $"is {several.ToJsonString()}; it must hold token ids", 0)))],
        JsonValue => OptionalId(key) is { } one ? [one] : [],
        _ => [],
    };

    public double Real(string key, double otherwise) => OptionalReal(key) ?? otherwise;

    public double? OptionalReal(string key) => Json[key] is { } node
        ? Number(node) ?? Wrong(key, $"is {node.ToJsonString()}; it must be a number", 1.0)
        : null;

    /// <summary>A bound or divisor: a number above 0, nothing where the key says null, the family's figure where it is absent.</summary>
    public double? AboveZero(string key, double? otherwise) => !Json.ContainsKey(key) ? otherwise
        : OptionalReal(key) is not { } value ? null
        : value > 0 ? value
        : Wrong<double?>(key, $"is {Json[key]!.ToJsonString()}; it must be above 0", 1);

    public double[]? OptionalReals(string key) => Json[key] is JsonArray several
        ? [.. several.Select(node => Number(node) ?? Wrong(key, "must hold numbers only", 1.0))]
        : null;

    public bool Flag(string key, bool otherwise = false) => Json[key] switch
    {
        null => otherwise,
        JsonValue node when node.TryGetValue<bool>(out var flag) => flag,
        var node => Wrong(key, $"is {node.ToJsonString()}; it must be true or false", otherwise),
    };

    public string Text(string key, string otherwise) => Json[key] switch
    {
        null => otherwise,
        JsonValue node when node.TryGetValue<string>(out var text) => text,
        var node => Wrong(key, $"is {node.ToJsonString()}; it must be a string", otherwise),
    };

    /// <summary>The name of an activation function.</summary>
    public string Activation(string key, string otherwise) => Text(key, otherwise) is var name && Activations.Names.Contains(name)
        ? name
        : Wrong(key, $"is '{name}'; known are {string.Join(", ", Activations.Names.Order())}", otherwise);

    /// <summary>The probability of a dropout.</summary>
    public double Probability(string key, double otherwise) => Real(key, otherwise) is var value && value is >= 0 and < 1
        ? value
        : Wrong(key, $"is {value}; it must lie in [0, 1)", otherwise);

    public T Wrong<T>(string key, string problem, T otherwise)
    {
        _problems.Add($"{key} {problem}");
        return otherwise;
    }

    public void Require(bool holds, string problem)
    {
        if (!holds) _problems.Add(problem);
    }

    /// <exception cref="ModelConfigException">Something was wrong; the message lists all of it.</exception>
    public void ThrowIfWrong()
    {
        if (_problems.Count > 0) throw new ModelConfigException($"{file}: {string.Join("; ", _problems.Distinct())}.");
    }

    // Through the text: a node made in code holds a long or an int, which does not convert.
    private static double? Number(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number && double.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
