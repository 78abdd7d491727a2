using System.Text.RegularExpressions;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.ChatGlm;

/// <summary>The classes of the family. The published folders name the decoder and hold the language model.</summary>
internal static partial class ChatGlmFamily
{
    private static readonly CheckpointLayout Layout = new() { BaseModel = "transformer", Ignored = [Frequencies()] };

    public static readonly IReadOnlyList<ModelFamily> Models =
    [
        Causal(ChatGlmConfig.BareName),
        Causal("ChatGLMForConditionalGeneration"),
        new(
            ChatGlmSequenceClassifier.ClassName, ChatGlmConfig.Type, typeof(SequenceClassifier),
            (json, dtype, device) => new ChatGlmSequenceClassifier(ChatGlmConfig.Parse(json), ClassificationLabels.Read(json), dtype, device),
            Layout),
    ];

    private static ModelFamily Causal(string className) => new(
        className, ChatGlmConfig.Type, typeof(CausalLanguageModel), (json, dtype, device) => new ChatGlmForCausalLm(ChatGlmConfig.Parse(json, className), dtype, device), Layout);

    // Half as wide as a head, and of the unscaled base.
    [GeneratedRegex(@"\.rotary_pos_emb\.inv_freq$")]
    private static partial Regex Frequencies();
}
