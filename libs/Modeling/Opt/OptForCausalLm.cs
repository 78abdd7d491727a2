using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Opt;

/// <summary>OPT (Zhang et al., 2022). Created without values; see <see cref="PretrainedModel"/>.</summary>
public sealed class OptForCausalLm : CausalLanguageModel
{
    [ComponentName(Name = "model")] private readonly OptModel _model;
    [ComponentName(Name = "lm_head")] private readonly nn.Module<Tensor, Tensor> _head;
    private readonly OptConfig _config;

    public OptForCausalLm(OptConfig config, ScalarType dtype, Device device)
        : base(nameof(OptForCausalLm))
    {
        _config = config;
        _model = new OptModel(config, dtype, device);
        _head = TiedLinear.Head(config, _model.Decoder.TokenEmbedding, dtype, device);
        RegisterComponents();
    }

    public override OptConfig Config => _config;

    public override IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks => _model.Decoder.Blocks;

    public override ScalarType Dtype => _model.Decoder.TokenEmbedding.Weight.dtype;

    public override Device Device => _model.Decoder.TokenEmbedding.Weight.device;

    public override Tensor Embed(Tensor inputIds, ForwardContext context) => _model.Decoder.Embed(inputIds, context.Positions);

    public override Tensor FinalNorm(Tensor hidden) => _model.Decoder.FinalNorm(hidden);

    public override Tensor Head(Tensor hidden) => _head.call(hidden);

    /// <summary>Positions that are not given count the mask's real tokens, so padding on the left shifts nothing.</summary>
    /// <inheritdoc/>
    public override ForwardContext PrepareForward(Tensor inputIds, Tensor? attentionMask = null, Tensor? positionIds = null, KeyValueCache? cache = null)
    {
        if (attentionMask is null || positionIds is not null) return base.PrepareForward(inputIds, attentionMask, positionIds, cache);

        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var mask = attentionMask.to(Device).ne(0).to(ScalarType.Int64);
        var positions = mask.cumsum(1).mul(mask).sub(1); // padding stands at -1
        return base.PrepareForward(inputIds, attentionMask, positions.narrow(1, mask.shape[1] - inputIds.shape[1], inputIds.shape[1]), cache);
    }
}
