using Platform.Modeling.Layers;
using Platform.Modeling.Layers.Experts;
using Platform.Modeling.Llama;
using static TorchSharp.torch;

namespace Platform.Modeling.Mixtral;

/// <summary>Mixtral (Jiang et al., 2024): a decoder of experts, which training keeps balanced.</summary>
public sealed class MixtralForCausalLm(MixtralConfig config, ScalarType dtype, Device device) : LlamaForCausalLm(config, dtype, device)
{
    public override MixtralConfig Config => config;

    /// <inheritdoc/>
    /// <remarks>A pass without a cache also keeps what the routers say.</remarks>
    public override ForwardContext PrepareForward(Tensor inputIds, Tensor? attentionMask = null, Tensor? positionIds = null, KeyValueCache? cache = null)
    {
        var context = base.PrepareForward(inputIds, attentionMask, positionIds, cache);
        if (cache is not null) return context;

        using var mask = context.Virtual is VirtualInputs inputs ? inputs.Mask(attentionMask, inputs.Count + inputIds.shape[1]) : attentionMask?.alias();
        context.Routing = new RouterTrace(mask);
        return context;
    }

    public override Tensor? AuxiliaryLoss(ForwardContext context)
    {
        if (!config.OutputRouterLogits) return null;

        using var balance = LoadBalancing(context);
        return balance.mul(config.RouterLossWeight);
    }

    /// <summary>How unevenly a pass without a cache, once it has run, used the experts; perfect balance gives the experts per token.</summary>
    /// <returns>a scalar with its graph</returns>
    public Tensor LoadBalancing(ForwardContext context)
    {
        var routing = context.Routing ?? throw new ArgumentException("The pass used a cache, which keeps nothing of the routers.", nameof(context));
        return LoadBalancingLoss.Of(routing.Logits, config.ExpertsPerToken, routing.RealTokens);
    }
}
