using Platform.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>
/// A decoder whose last token scores the text: a linear layer <c>score</c> without bias in the place of the language model's head.
/// With one label it is a reward model, and its scores at all positions are a value model.
/// </summary>
public sealed class DecoderSequenceClassifier : SequenceClassifier
{
    internal const string Suffix = "ForSequenceClassification";

    private readonly CausalLanguageModel _decoder;
    private readonly nn.Module<Tensor, Tensor> _score;

    /// <param name="decoder">gives up its body; its head is disposed</param>
    /// <param name="className">e.g. <c>LlamaForSequenceClassification</c></param>
    public DecoderSequenceClassifier(CausalLanguageModel decoder, string className, ClassificationLabels labels)
        : base(className, labels)
    {
        _decoder = decoder;
        _score = new Linear(decoder.Config.OutputSize, labels.Count, bias: false, decoder.Dtype, decoder.Device);
        Config = new DecoderConfig(decoder.Config, className, labels) { InitializerRange = decoder.Config.InitializerRange };
        DecoderBody.Take(decoder, this);
        register_module("score", _score);
    }

    public override DecoderConfig Config { get; }

    private protected override PretrainedModel? TextBody => _decoder;

    public override Tensor Logits(TextInputs inputs, Action<Tensor>? onHidden = null)
    {
        using var scores = Scores(inputs, onHidden);
        using var places = LastRealTokens(inputs.InputIds);
        using var own = VirtualTokens.OwnOutputs(scores, inputs.InputIds);
        using var index = places.view(-1, 1, 1).expand(-1, 1, Labels.Count);
        using var chosen = own.gather(1, index);
        return chosen.squeeze(1);
    }

    /// <summary>The scores at every position.</summary>
    /// <inheritdoc cref="Logits"/>
    /// <returns>[batch, positions, labels]</returns>
    public Tensor Scores(TextInputs inputs, Action<Tensor>? onHidden = null)
    {
        using var hidden = _decoder.HiddenStates(inputs.InputIds, inputs.AttentionMask, inputs.PositionIds, onHidden: onHidden);
        return _score.call(hidden);
    }

    /// <summary>Where the rightmost token that is not the padding's id stands, which is where transformers looks; the mask is not asked.</summary>
    private Tensor LastRealTokens(Tensor ids) // [batch]
    {
        using var scope = NewDisposeScope();
        var (batch, last) = (ids.shape[0], ids.shape[1] - 1);
        if (Config.Decoder.PadTokenId is not { } pad)
        {
            return batch == 1
                ? full([1], last, ScalarType.Int64, ids.device).MoveToOuterDisposeScope()
                : throw new ArgumentException($"A batch of {batch} texts needs the pad_token_id, which config.json does not state; add it or classify one text at a time.");
        }

        var places = arange(0, last + 1, ScalarType.Int64, ids.device);
        return ids.ne(pad).to(ScalarType.Int64).mul(places).argmax(-1).MoveToOuterDisposeScope();
    }

    // Not registered: its body is, under this model's own name.
    protected override void Dispose(bool disposing)
    {
        if (disposing) _decoder.Dispose();
        base.Dispose(disposing);
    }
}
