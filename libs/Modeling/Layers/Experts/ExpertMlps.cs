using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers.Experts;

/// <summary>
/// Σ over a token's experts of weight · down(act(gate(x)) ⊙ up(x)). Tokens are sorted by expert, so each expert that got any
/// multiplies once and the others not at all; no token is dropped.
/// </summary>
public sealed class ExpertMlps : nn.Module, IAdaptableWeights
{
    [ComponentName(Name = "gate_up_proj")] private readonly Parameter _gateUp; // [experts, 2 * intermediate, hidden], the gate's rows first
    [ComponentName(Name = "down_proj")] private readonly Parameter _down;      // [experts, hidden, intermediate]
    private readonly Func<Tensor, Tensor> _activation;

    public ExpertMlps(long experts, long hiddenSize, long intermediateSize, string activation, ScalarType dtype, Device device)
        : base(nameof(ExpertMlps))
    {
        _gateUp = new Parameter(empty(experts, 2 * intermediateSize, hiddenSize, dtype: dtype, device: device));
        _down = new Parameter(empty(experts, hiddenSize, intermediateSize, dtype: dtype, device: device));
        _activation = Activations.Named(activation);
        AdaptableWeights = [("gate_up_proj", new AdaptableWeight(_gateUp)), ("down_proj", new AdaptableWeight(_down))];
        RegisterComponents();
    }

    public IReadOnlyList<(string Name, AdaptableWeight Weight)> AdaptableWeights { get; }

    /// <param name="tokens">[tokens, hidden]</param>
    /// <returns>[tokens, hidden]</returns>
    public Tensor Apply(Tensor tokens, Routing routing)
    {
        using var scope = NewDisposeScope();
        var choices = routing.Experts.shape[1];
        var experts = routing.Experts.flatten();                              // [tokens * choices]
        var order = experts.argsort();
        var rows = order.floor_divide(choices);                               // the tokens, expert by expert
        var weights = routing.Weights.flatten().index_select(0, order).unsqueeze(-1);
        var counts = experts.bincount(null, _gateUp.shape[0]).cpu().data<long>().ToArray();

        // Split and unbind, not narrow and select: their gradients are one concatenation instead of a padded tensor per expert.
        var inputs = tokens.index_select(0, rows).split(counts, 0);
        var gateUps = AdaptableWeights[0].Weight.Value().unbind(0);
        var downs = AdaptableWeights[1].Weight.Value().unbind(0);
        List<Tensor> outputs = [];
        for (var expert = 0; expert < counts.Length; expert++)
        {
            if (counts[expert] > 0) outputs.Add(Expert(inputs[expert], gateUps[expert], downs[expert]));
        }

        var weighted = cat(outputs, 0).mul(weights).to(tokens.dtype);         // [tokens * choices, hidden]
        return zeros_like(tokens).index_add(0, rows, weighted, 1).MoveToOuterDisposeScope();
    }

    private Tensor Expert(Tensor input, Tensor gateUp, Tensor down)
    {
        using var both = nn.functional.linear(input, gateUp);                 // [count, 2 * intermediate]
        using var product = GatedHalves.Multiply(both, _activation);
        return nn.functional.linear(product, down);                           // [count, hidden]
    }
}
