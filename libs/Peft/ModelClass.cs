using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.Configuration;

namespace Platform.Peft;

/// <summary>A class of transformers: by it PEFT finds the base model of an adapter without a task.</summary>
/// <param name="Name">E.g. <c>WhisperForConditionalGeneration</c>.</param>
/// <param name="Library">E.g. <c>transformers.models.whisper.modeling_whisper</c>.</param>
public sealed record ModelClass(string Name, string Library)
{
    private const string Key = "auto_mapping";

    internal static ModelClass Of(ModelConfig config) => new(config.Architecture, $"transformers.models.{config.ModelType}.modeling_{config.ModelType}");

    internal static ModelClass? Read(AdapterFields fields) => fields.Json[Key] switch
    {
        null => null,
        JsonObject json when json["base_model_class"] is JsonValue name && json["parent_library"] is JsonValue library
            && name.TryGetValue<string>(out var named) && library.TryGetValue<string>(out var held) => new ModelClass(named, held),
        var other => fields.Wrong<ModelClass?>(Key, $"is {other.ToJsonString()}; it must name base_model_class and parent_library", null),
    };

    internal JsonObject ToJson() => new() { ["base_model_class"] = Name, ["parent_library"] = Library };
}
