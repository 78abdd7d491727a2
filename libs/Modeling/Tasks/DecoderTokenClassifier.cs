using Platform.Modeling.Layers;
using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>A decoder that assigns a class to every token: a linear layer with bias in the place of the language model's head.</summary>
public sealed class DecoderTokenClassifier : TokenClassifier
{
    internal const string Suffix = "ForTokenClassification";
    internal const string DefaultHead = "score";

    private readonly CausalLanguageModel _decoder;
    private readonly nn.Module<Tensor, Tensor> _score;

    /// <inheritdoc cref="DecoderSequenceClassifier(CausalLanguageModel, string, ClassificationLabels)"/>
    /// <param name="head">the name of the linear layer</param>
    public DecoderTokenClassifier(CausalLanguageModel decoder, string className, ClassificationLabels labels, string head = DefaultHead)
        : base(className, labels)
    {
        _decoder = decoder;
        _score = new Linear(decoder.Config.OutputSize, labels.Count, bias: true, decoder.Dtype, decoder.Device);
        Config = new DecoderConfig(decoder.Config, className, labels) { InitializerRange = decoder.Config.InitializerRange };
        DecoderBody.Take(decoder, this);
        register_module(head, _score);
    }

    public override DecoderConfig Config { get; }

    private protected override PretrainedModel? TextBody => _decoder;

    public override Tensor Logits(TextInputs inputs, Action<Tensor>? onHidden = null)
    {
        using var hidden = _decoder.HiddenStates(inputs.InputIds, inputs.AttentionMask, inputs.PositionIds, onHidden: onHidden);
        return _score.call(hidden);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _decoder.Dispose();
        base.Dispose(disposing);
    }
}
