using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>The classes that every family of text encoders has: bare, for masked tokens, for texts, for tokens, for answers.</summary>
internal static partial class EncoderHeads
{
    /// <summary>What the keys of all families share: the oldest names of norms, and a buffer of positions.</summary>
    public static CheckpointLayout Layout(string encoderName) => new()
    {
        BaseModel = encoderName,
        Renames = [(Gamma(), "$1.weight"), (Beta(), "$1.bias")],
        Ignored = [PositionIds()],
        HeadOnly = [Pooler()],
    };

    /// <param name="prefix">of the class names, e.g. <c>Bert</c></param>
    /// <param name="encoderName">what the models with a head call the encoder, e.g. <c>bert</c></param>
    /// <param name="parse">a config.json for a class of this name</param>
    /// <param name="encoder">the second argument: whether the pooler is needed</param>
    /// <param name="masked">the masked language model on an encoder</param>
    /// <param name="sequence">the sequence classifier; it makes its encoder itself</param>
    public static IReadOnlyList<ModelFamily> Of<TConfig>(
        string prefix,
        string modelType,
        string encoderName,
        Func<JsonObject, string, TConfig> parse,
        Func<TConfig, bool, ScalarType, Device, TextEncoder> encoder,
        Func<TConfig, ScalarType, Device, PretrainedModel> masked,
        Func<TConfig, ScalarType, Device, PretrainedModel> sequence)
        where TConfig : TextEncoderConfig
    {
        var layout = Layout(encoderName);
        return
        [
            Class("Model", typeof(TextEncoder), (config, dtype, device) => encoder(config, true, dtype, device)),
            Class("ForMaskedLM", typeof(MaskedLanguageModel), masked),
            Class("ForSequenceClassification", typeof(SequenceClassifier), sequence),
            Class("ForTokenClassification", typeof(TokenClassifier), (config, dtype, device) => new EncoderTokenClassifier(encoder(config, false, dtype, device), encoderName, config)),
            Class("ForQuestionAnswering", typeof(QuestionAnsweringModel), (config, dtype, device) => new EncoderQuestionAnswering(encoder(config, false, dtype, device), encoderName, config)),
        ];

        ModelFamily Class(string suffix, Type task, Func<TConfig, ScalarType, Device, PretrainedModel> create) =>
            new(prefix + suffix, modelType, task, (json, dtype, device) => create(parse(json, prefix + suffix), dtype, device), layout);
    }

    [GeneratedRegex(@"(LayerNorm)\.gamma$")]
    private static partial Regex Gamma();

    [GeneratedRegex(@"(LayerNorm)\.beta$")]
    private static partial Regex Beta();

    [GeneratedRegex(@"(^|\.)embeddings\.position_ids$")]
    private static partial Regex PositionIds();

    [GeneratedRegex(@"(^|\.)pooler\.")]
    private static partial Regex Pooler();
}
