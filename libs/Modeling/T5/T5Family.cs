using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.T5;

/// <summary>The classes of the family.</summary>
internal static partial class T5Family
{
    private const string Head = "lm_head.weight";
    private const string Embedding = "shared.weight";

    // The stacks' embeddings are the shared one; 1.0 files hold a bias of the attention to the source that was never used.
    private static readonly CheckpointLayout Generating = new() { Ignored = [StackEmbedding(), UnusedBias()], Amend = SayWhetherTheHeadIsTied };
    private static readonly CheckpointLayout Encoding = new() { BaseModel = "encoder", Ignored = [StackEmbedding(), UnusedBias(), Decoder()], Amend = RequireEmbedding };
    private static readonly CheckpointLayout Classifying = new() { BaseModel = "transformer", Ignored = [StackEmbedding(), UnusedBias()] };

    public static readonly IReadOnlyList<ModelFamily> Models = [.. Of("T5", "t5"), .. Of("MT5", "mt5")];

    private static IEnumerable<ModelFamily> Of(string prefix, string modelType)
    {
        yield return Class("ForConditionalGeneration", typeof(Seq2SeqModel), Generating, (config, dtype, device) => new T5ForConditionalGeneration(config, dtype, device));
        yield return Class("EncoderModel", typeof(TextEncoder), Encoding, (config, dtype, device) => new T5EncoderModel(config, dtype, device));
        yield return Class(
            "ForSequenceClassification", typeof(SequenceClassifier), Classifying,
            (config, dtype, device) => new T5ForSequenceClassification(config, dtype, device), labelled: true);

        ModelFamily Class(string suffix, Type task, CheckpointLayout layout, Func<T5Config, ScalarType, Device, PretrainedModel> create, bool labelled = false) => new(
            prefix + suffix,
            modelType,
            task,
            (json, dtype, device) => create(T5Config.Parse(json, prefix + suffix) with { Labels = labelled ? ClassificationLabels.Read(json) : null }, dtype, device),
            layout);
    }

    /// <summary>A head in the file wins over the config: transformers 5 says that all heads are tied.</summary>
    private static void SayWhetherTheHeadIsTied(JsonObject config, ModelFolder weights)
    {
        if (!weights.Contains(Head) || config["tie_word_embeddings"]?.ToString() == "false") return;
        if (weights.Contains(Embedding) && IsSame(weights)) return;
        config["scale_decoder_outputs"] ??= true;
        config["tie_word_embeddings"] = false;
    }

    /// <summary>It lies outside of the encoder, where a weight may be missing and begin anew, as those of heads.</summary>
    private static void RequireEmbedding(JsonObject config, ModelFolder weights)
    {
        if (!weights.Contains(Embedding)) throw new CheckpointException($"'{weights.Folder}' lacks the tensor '{Embedding}'.");
    }

    private static bool IsSame(ModelFolder weights)
    {
        using var scope = NewDisposeScope();
        var (head, embedding) = (weights.Read(Head), weights.Read(Embedding));
        return head.shape.SequenceEqual(embedding.shape) && head.eq(embedding).all().item<bool>();
    }

    [GeneratedRegex(@"(^|\.)(encoder|decoder)\.embed_tokens\.weight$")]
    private static partial Regex StackEmbedding();

    [GeneratedRegex(@"decoder\.block\.0\.layer\.1\.EncDecAttention\.relative_attention_bias\.weight$")]
    private static partial Regex UnusedBias();

    [GeneratedRegex(@"^(decoder|lm_head)\.")]
    private static partial Regex Decoder();
}
