using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers.Experts;

/// <summary>A router and its experts in the place of an MLP.</summary>
public sealed class SparseExperts : nn.Module<Tensor, ForwardContext, Tensor>
{
    [ComponentName(Name = "gate")] private readonly TopKRouter _router;
    [ComponentName(Name = "experts")] private readonly ExpertMlps _experts;
    private readonly int _block;
    private readonly double _jitter;

    /// <param name="block">under which the pass keeps what the router said</param>
    /// <param name="jitter">in training, inputs are multiplied by random numbers in 1 ± jitter</param>
    public SparseExperts(TopKRouter router, ExpertMlps experts, int block, double jitter)
        : base(nameof(SparseExperts))
    {
        (_router, _experts, _block, _jitter) = (router, experts, block, jitter);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var tokens = x.reshape(-1, x.shape[^1]);
        using var noise = training && _jitter > 0 ? empty_like(tokens).uniform_(1 - _jitter, 1 + _jitter) : null;
        using var shaken = noise is null ? tokens.alias() : tokens.mul(noise);
        using var routing = _router.Route(shaken);
        context.Routing?.Record(_block, routing.Logits);
        using var mixed = _experts.Apply(shaken, routing);
        return mixed.view(x.shape);
    }
}
