using System.Text.Json.Nodes;
using Platform.Modeling.Llama;
using Platform.Modeling.Mistral;
using Platform.Modeling.Qwen2;
using Platform.Modeling.Qwen3;
using static TorchSharp.torch;

namespace Platform.Modeling;

/// <summary>A kind of causal language model and how to create one without values from its config.json.</summary>
/// <param name="Architecture">The class named in <c>architectures</c>.</param>
/// <param name="ModelType">The <c>model_type</c>, which decides where no architecture is named.</param>
public sealed record ModelFamily(string Architecture, string ModelType, Func<JsonObject, ScalarType, Device, CausalLanguageModel> Create)
{
    /// <summary>The families the library knows.</summary>
    public static readonly IReadOnlyList<ModelFamily> All =
    [
        new("LlamaForCausalLM", "llama", (json, dtype, device) => new LlamaForCausalLm(LlamaConfig.Parse(json), dtype, device)),
        new("MistralForCausalLM", "mistral", (json, dtype, device) => new LlamaForCausalLm(MistralConfig.Parse(json), dtype, device)),
        new("Qwen2ForCausalLM", "qwen2", (json, dtype, device) => new LlamaForCausalLm(Qwen2Config.Parse(json), dtype, device)),
        new("Qwen3ForCausalLM", "qwen3", (json, dtype, device) => new LlamaForCausalLm(Qwen3Config.Parse(json), dtype, device)),
    ];

    /// <exception cref="ModelConfigException">The config names no known family.</exception>
    public static ModelFamily Of(JsonObject config)
    {
        var architecture = (config["architectures"] as JsonArray)?.FirstOrDefault()?.ToString();
        var type = config["model_type"]?.ToString();
        return All.FirstOrDefault(family => architecture is null ? family.ModelType == type : family.Architecture == architecture)
            ?? throw new ModelConfigException($"config.json: the architecture is '{architecture ?? type}'; known are {string.Join(", ", All.Select(family => family.Architecture))}.");
    }
}
