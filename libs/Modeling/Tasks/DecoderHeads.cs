using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>The classes that every family of causal language models has: for text, for classes (and rewards), for tokens.</summary>
internal static class DecoderHeads
{
    /// <param name="prefix">of the class names, e.g. <c>Llama</c></param>
    /// <param name="causalSuffix">of the language model's class name</param>
    /// <param name="headPrefix">of the classifiers' class names, where it is another</param>
    /// <param name="tokenHead">the name of the layer that classifies tokens</param>
    public static IReadOnlyList<ModelFamily> Of(
        string prefix,
        string modelType,
        Func<JsonObject, ScalarType, Device, CausalLanguageModel> create,
        CheckpointLayout? layout = null,
        string causalSuffix = "ForCausalLM",
        string tokenHead = DecoderTokenClassifier.DefaultHead,
        string? headPrefix = null)
    {
        headPrefix ??= prefix;
        layout ??= new CheckpointLayout { BaseModel = "model" };
        return
        [
            new(prefix + causalSuffix, modelType, typeof(CausalLanguageModel), create, layout),
            new(headPrefix + DecoderSequenceClassifier.Suffix, modelType, typeof(SequenceClassifier), CreateClassifier, layout),
            new(headPrefix + DecoderTokenClassifier.Suffix, modelType, typeof(TokenClassifier), CreateTokenClassifier, layout),
        ];

        PretrainedModel CreateClassifier(JsonObject json, ScalarType dtype, Device device) =>
            new DecoderSequenceClassifier(create(json, dtype, device), headPrefix + DecoderSequenceClassifier.Suffix, ClassificationLabels.Read(json));

        PretrainedModel CreateTokenClassifier(JsonObject json, ScalarType dtype, Device device) =>
            new DecoderTokenClassifier(create(json, dtype, device), headPrefix + DecoderTokenClassifier.Suffix, ClassificationLabels.Read(json), tokenHead);
    }
}
