using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Operator.Methods;

/// <summary>Keys of adapter_config.json that several methods have.</summary>
internal static class AdapterKeys
{
    /// <summary>The layers a method adapts; absent ones are left to the family of the model.</summary>
    public static JsonObject Targets(string peftType, TargetsSpec targets, IList<string>? exclude = null)
    {
        JsonObject keys = new() { ["peft_type"] = peftType };
        if (targets.TargetModules is { } names) keys["target_modules"] = names is [MethodFields.AllLinear] ? MethodFields.AllLinear : List(names);
        if (exclude is not null) keys["exclude_modules"] = List(exclude);
        if (targets.ModulesToSave is { } saved) keys["modules_to_save"] = List(saved);
        if (targets is not LayerChoiceSpec blocks) return keys;
        if (blocks.LayersToTransform is { } indices) keys["layers_to_transform"] = List(indices);
        if (blocks.LayersPattern is { } lists) keys["layers_pattern"] = List(lists);
        return keys;
    }

    public static JsonObject Prompt(string peftType, PromptSpec prompt)
    {
        JsonObject keys = new() { ["peft_type"] = peftType, ["num_virtual_tokens"] = prompt.VirtualTokens };
        if (prompt.ModulesToSave is { } saved) keys["modules_to_save"] = List(saved);
        return keys;
    }

    public static JsonArray List<T>(IEnumerable<T> values) => new([.. values.Select(value => (JsonNode?)JsonValue.Create(value))]);

    public static JsonObject Patterns(IEnumerable<KeyValuePair<string, int>>? patterns) =>
        new((patterns ?? []).OrderBy(pattern => pattern.Key, StringComparer.Ordinal).Select(pattern => KeyValuePair.Create(pattern.Key, (JsonNode?)pattern.Value)));

    public static double Number(string text) => SpecValidation.Number(text);
}
