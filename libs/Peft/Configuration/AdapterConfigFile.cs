using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Peft.Bottleneck;

namespace Platform.Peft.Configuration;

/// <summary>adapter_config.json with the keys that PEFT 0.20 writes, sorted, indented by two.</summary>
internal static class AdapterConfigFile
{
    public const string FileName = "adapter_config.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Format(AdapterOptions options)
    {
        SortedDictionary<string, JsonNode?> keys = new(StringComparer.Ordinal)
        {
            ["auto_mapping"] = options.AutoMapping?.ToJson(),
            ["base_model_name_or_path"] = options.BaseModel,
            ["inference_mode"] = true,
            ["peft_type"] = options.PeftType,
            ["peft_version"] = "0.20.0",
            ["revision"] = null,
            ["task_type"] = options.TaskType,
        };
        options.Write(keys);
        return Format(keys);
    }

    /// <summary>An object as Python writes it, indented by two.</summary>
    public static string Format(SortedDictionary<string, JsonNode?> keys) => new JsonObject(keys).ToJsonString(Indented);

    /// <exception cref="AdapterFormatException">The text is no adapter's configuration.</exception>
    /// <exception cref="NotSupportedException">It asks for something this library lacks; the message lists all of it.</exception>
    public static AdapterOptions Parse(string json) => Read(Root(json));

    /// <inheritdoc cref="Parse"/>
    public static AdapterOptions Read(JsonObject root)
    {
        if (AdapterHubConfig.IsOne(root)) return AdapterHubConfig.Read(root);
        var fields = new AdapterFields(root);
        if (fields.Text("peft_type") is not { Length: > 0 } type) throw new AdapterFormatException(FileName, "peft_type is missing; this is no PEFT adapter.");
        var method = AdapterMethod.All.FirstOrDefault(method => method.PeftType == type)
            ?? throw new NotSupportedException($"{FileName}: peft_type is '{type}'; supported are {string.Join(", ", AdapterMethod.All.Select(method => method.PeftType))}.");
        var options = method.Read(fields) with { BaseModel = fields.Text("base_model_name_or_path"), TaskType = fields.Text("task_type"), AutoMapping = ModelClass.Read(fields) };
        fields.ThrowIfWrong();
        return options.Problems() is [_, ..] problems ? throw new AdapterFormatException(FileName, string.Join(" ", problems)) : options;
    }

    private static JsonObject Root(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new AdapterFormatException(FileName, "it is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw new AdapterFormatException(FileName, $"it is not JSON: {e.Message}", e);
        }
    }
}
