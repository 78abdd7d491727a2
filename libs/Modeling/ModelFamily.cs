using System.Text.Json.Nodes;
using Platform.Modeling.Bert;
using Platform.Modeling.Bloom;
using Platform.Modeling.ChatGlm;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Clip;
using Platform.Modeling.Deberta;
using Platform.Modeling.DistilBert;
using Platform.Modeling.Gemma2;
using Platform.Modeling.Gemma3;
using Platform.Modeling.Glm4;
using Platform.Modeling.Glm;
using Platform.Modeling.Gpt2;
using Platform.Modeling.Llama;
using Platform.Modeling.Llava;
using Platform.Modeling.Mistral;
using Platform.Modeling.Mixtral;
using Platform.Modeling.Opt;
using Platform.Modeling.Phi3;
using Platform.Modeling.Qwen2;
using Platform.Modeling.Qwen3;
using Platform.Modeling.Roberta;
using Platform.Modeling.T5;
using Platform.Modeling.Vit;
using Platform.Modeling.Whisper;
using static TorchSharp.torch;

namespace Platform.Modeling;

/// <summary>A class of models and how to create one without values from its config.json.</summary>
/// <param name="Architecture">The class named in <c>architectures</c>.</param>
/// <param name="ModelType">The <c>model_type</c>, which decides where no architecture is named.</param>
/// <param name="Task">What the model is for, e.g. <see cref="CausalLanguageModel"/>.</param>
/// <param name="Layout">How its checkpoints are keyed.</param>
public sealed record ModelFamily(
    string Architecture, string ModelType, Type Task, Func<JsonObject, ScalarType, Device, PretrainedModel> Create, CheckpointLayout Layout)
{
    /// <summary>The classes the library knows, each family's default first.</summary>
    public static readonly IReadOnlyList<ModelFamily> All =
    [
        .. LlamaFamily.Models,
        .. MistralFamily.Models,
        .. MixtralFamily.Models,
        .. Qwen2Family.Models,
        .. Qwen3Family.Models,
        .. BertFamily.Models,
        .. RobertaFamily.Models,
        .. DistilBertFamily.Models,
        .. DebertaFamily.Models,
        .. VitFamily.Models,
        .. Gemma2Family.Models,
        .. Gemma3Family.Models,
        .. Phi3Family.Models,
        .. GlmFamily.Models,
        .. Glm4Family.Models,
        .. ChatGlmFamily.Models,
        .. LlavaFamily.Models,
        .. ClipFamily.Models,
        .. Gpt2Family.Models,
        .. OptFamily.Models,
        .. BloomFamily.Models,
        .. T5Family.Models,
        .. WhisperFamily.Models,
    ];

    /// <param name="task">the class wanted; <see cref="PretrainedModel"/> for the one the config names</param>
    /// <exception cref="ModelConfigException">The config names no known family, or one without such a class.</exception>
    public static ModelFamily Of(JsonObject config, Type task)
    {
        var type = config["model_type"]?.ToString();
        var candidates = All.Where(family => task.IsAssignableFrom(family.Task)).ToList();
        if (candidates.Find(family => family.IsNamedBy(config)) is { } named) return named;

        // A class of the same family for another task, or none at all, as in many old configs.
        var known = All.FirstOrDefault(family => family.IsNamedBy(config));
        if ((known is not null || Architectures(config).Count == 0) && candidates.Find(family => family.ModelType == (known?.ModelType ?? type)) is { } related) return related;

        var name = Architectures(config).FirstOrDefault() ?? type;
        throw new ModelConfigException(known is null
            ? $"config.json: the architecture is '{name}'; known are {string.Join(", ", All.Select(family => family.Architecture))}."
            : $"config.json: the architecture is '{name}', whose family '{known.ModelType}' has no {task.Name}; it has {string.Join(", ", All.Where(family => family.ModelType == known.ModelType).Select(family => family.Architecture))}.");
    }

    /// <summary>The class of a model that exists.</summary>
    public static ModelFamily Of(ModelConfig config) => All.First(family => family.Architecture == config.Architecture);

    /// <summary>Whether the config's <c>architectures</c> names this class.</summary>
    public bool IsNamedBy(JsonObject config) => Architectures(config).Contains(Architecture);

    private static List<string> Architectures(JsonObject config) =>
        config["architectures"] is JsonArray names ? [.. names.Select(name => name?.ToString() ?? "")] : [];
}
