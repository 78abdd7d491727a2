using Platform.Modeling.Layers;
using static TorchSharp.torch;

namespace Platform.Modeling.Opt;

/// <summary>OPT (Zhang et al., 2022). Created without values; see <see cref="PretrainedModel"/>.</summary>
public sealed class OptForCausalLm(OptConfig config, ScalarType dtype, Device device)
    : HeadedDecoder(nameof(OptForCausalLm), "model", new OptModel(config, dtype, device), config, dtype, device)
{
    public override OptConfig Config => config;

    /// <summary>Positions that are not given count the mask's real tokens, so padding on the left shifts nothing.</summary>
    /// <inheritdoc/>
    public override ForwardContext PrepareForward(Tensor inputIds, Tensor? attentionMask = null, Tensor? positionIds = null, KeyValueCache? cache = null)
    {
        using var counted = attentionMask is null || positionIds is not null ? positionIds?.alias() : Counted(attentionMask, inputIds.shape[1]);
        return base.PrepareForward(inputIds, attentionMask, counted, cache);
    }

    /// <summary>Padding stands at -1.</summary>
    private Tensor Counted(Tensor attentionMask, long count)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var mask = attentionMask.to(Device).ne(0).to(ScalarType.Int64);
        var positions = mask.cumsum(1).mul(mask).sub(1);
        return positions.narrow(1, mask.shape[1] - count, count).MoveToOuterDisposeScope();
    }
}
