using System.Text.Json.Nodes;

namespace Platform.Peft.Configuration;

/// <summary>Reads the keys of an adapter_config.json and collects everything that is wrong with them.</summary>
internal sealed class AdapterFields(JsonObject json)
{
    private readonly List<string> _problems = [];
    private readonly List<string> _lacking = [];

    public JsonObject Json { get; } = json;

    public int Whole(string key, int otherwise) => Value(key, otherwise, "a whole number");

    public double Real(string key, double otherwise) => Value(key, otherwise, "a number");

    public double? OptionalReal(string key) => Json[key] is null ? null : Real(key, 0);

    public bool Flag(string key, bool otherwise = false) => Value(key, otherwise, "true or false");

    public string? Text(string key, string? otherwise = null) => Json[key] is null ? otherwise : Value(key, "", "a text");

    /// <summary>One of several names.</summary>
    public T Choice<T>(string key, T otherwise, IReadOnlyDictionary<string, T> names)
    {
        if (Text(key) is not { } name) return otherwise;
        return names.TryGetValue(name, out var choice) ? choice : Wrong(key, $"is '{name}'; it must be {string.Join(", ", names.Keys)}", otherwise);
    }

    /// <summary>A list, or one value that stands for a list of one.</summary>
    public IReadOnlyList<T>? List<T>(string key)
    {
        try
        {
            return Json[key] switch { null => null, JsonArray list => [.. list.Select(item => item!.GetValue<T>())], var one => [one.GetValue<T>()] };
        }
        catch (Exception failure) when (failure is InvalidOperationException or FormatException or NullReferenceException)
        {
            return Wrong<IReadOnlyList<T>?>(key, $"is {Json[key]!.ToJsonString()}; it must be a list of {typeof(T).Name} values", null);
        }
    }

    /// <summary>A list of names, or one regular expression.</summary>
    public ModulePattern? Modules(string key)
    {
        try
        {
            return Json[key] is JsonValue one ? ModulePattern.Regex(one.GetValue<string>()) : List<string>(key) is { } names ? ModulePattern.List(names) : null;
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            return Wrong<ModulePattern?>(key, $"is {Json[key]!.ToJsonString()}: {failure.Message}", null);
        }
    }

    /// <summary>An object from patterns to numbers.</summary>
    public IReadOnlyList<KeyValuePair<string, T>> Patterns<T>(string key)
    {
        try
        {
            return [.. (Json[key]?.AsObject() ?? []).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!.GetValue<T>()))];
        }
        catch (Exception failure) when (failure is InvalidOperationException or FormatException or NullReferenceException)
        {
            return Wrong<IReadOnlyList<KeyValuePair<string, T>>>(key, $"is {Json[key]!.ToJsonString()}; it must map patterns to numbers", []);
        }
    }

    public T Wrong<T>(string key, string problem, T otherwise)
    {
        _problems.Add($"{key} {problem}.");
        return otherwise;
    }

    /// <summary>Notes a feature that the file asks for and the library lacks.</summary>
    public void Lacks(string key) => _lacking.Add($"{key} = {Json[key]!.ToJsonString()}");

    /// <summary>Keys whose feature the library lacks, with the value that means that it is off.</summary>
    public void MustBeOff(IReadOnlyDictionary<string, string> off)
    {
        foreach (var (key, value) in off)
            if (Json[key]?.ToJsonString() is { } text && text != value && text is not ("[]" or "{}" or "false")) Lacks(key);
    }

    /// <exception cref="AdapterFormatException">Something was wrong; the message lists all of it.</exception>
    /// <exception cref="NotSupportedException">Something is asked for that the library lacks; the message lists all of it.</exception>
    public void ThrowIfWrong()
    {
        if (_problems.Count > 0) throw new AdapterFormatException(AdapterConfigFile.FileName, string.Join(" ", _problems));
        if (_lacking.Count > 0) throw new NotSupportedException($"{AdapterConfigFile.FileName} asks for what is not supported: {string.Join(", ", _lacking)}.");
    }

    private T Value<T>(string key, T otherwise, string kind) => Json[key] switch
    {
        null => otherwise,
        JsonValue value when value.TryGetValue<T>(out var read) => read,
        var other => Wrong(key, $"is {other.ToJsonString()}; it must be {kind}", otherwise),
    };
}
