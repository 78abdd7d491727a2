using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Bloom;

/// <summary>BLOOM (BigScience Workshop, 2022). Created without values; see <see cref="PretrainedModel"/>.</summary>
public sealed class BloomForCausalLm : CausalLanguageModel
{
    [ComponentName(Name = "transformer")] private readonly BloomModel _model;
    [ComponentName(Name = "lm_head")] private readonly nn.Module<Tensor, Tensor> _head;
    private readonly BloomConfig _config;

    public BloomForCausalLm(BloomConfig config, ScalarType dtype, Device device)
        : base(nameof(BloomForCausalLm))
    {
        _config = config;
        _model = new BloomModel(config, dtype, device);
        _head = TiedLinear.Head(config, _model.TokenEmbedding, dtype, device);
        RegisterComponents();
    }

    public override BloomConfig Config => _config;

    public override IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks => _model.Blocks;

    public override ScalarType Dtype => _model.TokenEmbedding.Weight.dtype;

    public override Device Device => _model.TokenEmbedding.Weight.device;

    public override Tensor Embed(Tensor inputIds, ForwardContext context) => _model.Embed(inputIds);

    public override Tensor FinalNorm(Tensor hidden) => _model.FinalNorm(hidden);

    public override Tensor Head(Tensor hidden) => _head.call(hidden);

    protected override Tensor KeyBias(long keys, Tensor? attentionMask) => Alibi.Bias(_config.Heads, keys, attentionMask, Dtype, Device);
}
