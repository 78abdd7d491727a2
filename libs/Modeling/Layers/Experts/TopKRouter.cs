using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers.Experts;

/// <summary>
/// The k most probable experts under p = softmax(W x) over all of them, weighted by p / Σ p over the chosen (Jiang et al., 2024).
/// Differs from the paper: none; it takes the softmax of the chosen logits, which is the same.
/// </summary>
public sealed class TopKRouter : nn.Module, IAdaptableWeights
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight; // [experts, hidden]
    private readonly int _choices;

    public TopKRouter(long hiddenSize, long experts, int choices, ScalarType dtype, Device device)
        : base(nameof(TopKRouter))
    {
        _choices = choices;
        _weight = new Parameter(empty(experts, hiddenSize, dtype: dtype, device: device));
        AdaptableWeights = [("weight", new AdaptableWeight(_weight))];
        RegisterComponents();
    }

    public IReadOnlyList<(string Name, AdaptableWeight Weight)> AdaptableWeights { get; }

    /// <param name="tokens">[tokens, hidden]</param>
    public Routing Route(Tensor tokens)
    {
        using var weight = AdaptableWeights[0].Weight.Value();
        var logits = nn.functional.linear(tokens, weight);
        using var probabilities = logits.softmax(-1, ScalarType.Float32);
        var (chosen, experts) = probabilities.topk(_choices, -1);
        using (chosen)
        {
            using var sum = chosen.sum(-1, keepdim: true);
            return new Routing(logits, experts, chosen.div(sum));
        }
    }
}
