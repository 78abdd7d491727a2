using Platform.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>
/// A model that reads a source, text or speech, and writes a text: an encoder runs once, a decoder predicts the next token from
/// the source and what is written so far.
/// </summary>
public abstract class Seq2SeqModel(string name) : PretrainedModel(name)
{
    public abstract override Seq2SeqConfig Config { get; }

    /// <summary>Runs the encoder.</summary>
    /// <param name="onHidden">is shown the first block's input and every block's output, each valid during the call</param>
    public abstract EncodedSource Encode(SourceInputs source, Action<Tensor>? onHidden = null);

    /// <summary>Runs the decoder without its head.</summary>
    /// <param name="inputIds">int64 [batch, positions]; with a cache those that are new</param>
    /// <param name="attentionMask">[batch, cached + positions], 1 for real tokens; null: all are</param>
    /// <param name="cache">filled and read; null when training</param>
    /// <param name="onHidden">is shown the first block's input, every block's output and what enters the head, each valid during the call</param>
    /// <returns>what enters the head: [batch, positions, hidden]</returns>
    public abstract Tensor Decode(
        Tensor inputIds, EncodedSource source, Tensor? attentionMask = null, EncoderDecoderCache? cache = null, Action<Tensor>? onHidden = null);

    /// <summary>[..., hidden] -> logits [..., vocabulary]</summary>
    public abstract Tensor Head(Tensor hidden);

    /// <summary>The logits of the token after each of the decoder's: [batch, positions, vocabulary].</summary>
    /// <param name="decoderInputIds">int64 [batch, positions]</param>
    /// <param name="decoderAttentionMask">[batch, positions], 1 for real tokens; null: all are</param>
    public Tensor Logits(SourceInputs source, Tensor decoderInputIds, Tensor? decoderAttentionMask = null)
    {
        using var encoded = Encode(source);
        using var hidden = Decode(decoderInputIds, encoded, decoderAttentionMask);
        return Head(hidden);
    }

    /// <summary>What the decoder reads to predict the labels; see <see cref="DecoderInputs.ShiftRight"/>.</summary>
    public Tensor ShiftRight(Tensor labels) => DecoderInputs.ShiftRight(labels, Config);

    /// <summary>The mean cross-entropy of the labels that count.</summary>
    /// <param name="logits">[batch, positions, vocabulary]</param>
    /// <param name="labels">int64 [batch, positions]; -100 does not count</param>
    public static Tensor Loss(Tensor logits, Tensor labels)
    {
        using var flat = logits.flatten(0, 1);
        using var targets = labels.flatten();
        return nn.functional.cross_entropy(flat, targets, ignore_index: DecoderInputs.IgnoredLabel);
    }
}
