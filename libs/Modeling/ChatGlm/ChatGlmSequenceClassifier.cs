using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.ChatGlm;

/// <summary>
/// The last position of a text scores it, so texts of different lengths are padded on the left: a linear layer <c>classifier_head</c>
/// with bias beside the whole language model, whose own head stays in the checkpoint.
/// </summary>
public sealed class ChatGlmSequenceClassifier : SequenceClassifier
{
    internal const string ClassName = "ChatGLMForSequenceClassification";

    private readonly ChatGlmForCausalLm _decoder;
    private readonly nn.Module<Tensor, Tensor> _score;
    private readonly double _dropout;

    public ChatGlmSequenceClassifier(ChatGlmConfig config, ClassificationLabels labels, ScalarType dtype, Device device)
        : base(ClassName, labels)
    {
        _decoder = new ChatGlmForCausalLm(config, dtype, device);
        _score = new Linear(config.HiddenSize, labels.Count, bias: true, dtype, device);
        _dropout = config.ClassifierDropout ?? 0;
        Config = new DecoderConfig(config, ClassName, labels) { InitializerRange = config.InitializerRange };
        DecoderBody.Take(_decoder, this);
        register_module("classifier_head", _score);
    }

    public override DecoderConfig Config { get; }

    private protected override PretrainedModel? TextBody => _decoder;

    public override Tensor Logits(TextInputs inputs, Action<Tensor>? onHidden = null)
    {
        using var hidden = _decoder.HiddenStates(inputs.InputIds, inputs.AttentionMask, inputs.PositionIds, onHidden: onHidden);
        using var last = Dropout.Of(hidden.select(1, -1), _dropout, training); // [batch, hidden]
        return _score.call(last);
    }

    // Not registered: its body is, under this model's own name.
    protected override void Dispose(bool disposing)
    {
        if (disposing) _decoder.Dispose();
        base.Dispose(disposing);
    }
}
