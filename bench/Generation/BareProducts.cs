using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Generation.Bench;

/// <summary>x Wᵀ for every weight of a model, and nothing else.</summary>
internal sealed class BareProducts : IDisposable
{
    private readonly List<(Tensor Input, Tensor Weight)> _pairs;
    private readonly Dictionary<long, Tensor> _inputs = [];

    /// <param name="weights">[out, in] each; they outlive this</param>
    public BareProducts(IReadOnlyList<Tensor> weights, long batch)
    {
        foreach (var weight in weights) _inputs.TryAdd(weight.shape[1], ones([batch, 1, weight.shape[1]], weight.dtype));
        _pairs = [.. weights.Select(weight => (_inputs[weight.shape[1]], weight))];
    }

    public void Run()
    {
        foreach (var (input, weight) in _pairs) nn.functional.linear(input, weight).Dispose();
    }

    public void Dispose()
    {
        foreach (var input in _inputs.Values) input.Dispose();
    }
}
