using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Gpt2;

/// <summary>GPT-2 (Radford et al., 2019). Created without values; see <see cref="PretrainedModel"/>.</summary>
public sealed class Gpt2LmHeadModel : CausalLanguageModel
{
    [ComponentName(Name = "transformer")] private readonly Gpt2Model _model;
    [ComponentName(Name = "lm_head")] private readonly nn.Module<Tensor, Tensor> _head;
    private readonly Gpt2Config _config;

    public Gpt2LmHeadModel(Gpt2Config config, ScalarType dtype, Device device)
        : base(nameof(Gpt2LmHeadModel))
    {
        _config = config;
        _model = new Gpt2Model(config, dtype, device);
        _head = TiedLinear.Head(config, _model.TokenEmbedding, dtype, device);
        RegisterComponents();
    }

    public override Gpt2Config Config => _config;

    public override IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks => _model.Blocks;

    public override ScalarType Dtype => _model.TokenEmbedding.Weight.dtype;

    public override Device Device => _model.TokenEmbedding.Weight.device;

    public override Tensor Embed(Tensor inputIds, ForwardContext context) => _model.Embed(inputIds, context.Positions);

    public override Tensor FinalNorm(Tensor hidden) => _model.FinalNorm(hidden);

    public override Tensor Head(Tensor hidden) => _head.call(hidden);

    /// <summary>As in the paper, the projections that add to the residual are smaller by √(their number).</summary>
    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator)
    {
        if (parameterName.EndsWith("c_proj.weight", StringComparison.Ordinal)) parameter.normal_(0, _config.InitializerRange / Math.Sqrt(2.0 * _config.Layers), generator);
        else base.InitializeParameter(parameterName, parameter, generator);
    }
}
