using Platform.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling;

/// <summary>A decoder and a linear head <c>lm_head</c>, which is the embedding where the config ties them.</summary>
public abstract class HeadedDecoder : CausalLanguageModel
{
    private readonly DecoderModel _model;
    private readonly nn.Module<Tensor, Tensor> _head;

    /// <param name="prefix">the name of the decoder in checkpoints</param>
    protected HeadedDecoder(string name, string prefix, DecoderModel model, LanguageModelConfig config, ScalarType dtype, Device device)
        : base(name)
    {
        _model = model;
        _head = TiedLinear.Head(config, model.TokenEmbedding, dtype, device);
        register_module(prefix, model);
        register_module(HeadName, _head);
    }

    public override IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks => _model.Blocks;

    public override ScalarType Dtype => _model.TokenEmbedding.Weight.dtype;

    public override Device Device => _model.TokenEmbedding.Weight.device;

    public override Tensor Embed(Tensor inputIds, ForwardContext context) => _model.Embed(inputIds, context);

    public override Tensor FinalNorm(Tensor hidden) => _model.FinalNorm(hidden);

    public override Tensor Head(Tensor hidden) => _head.call(hidden);

    public override Tensor? HeadWeight => _head is Linear { Bias: null } linear && (linear is TiedLinear || linear.GetType() == typeof(Linear)) ? linear.Weight : null;
}
