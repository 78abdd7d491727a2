using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>An exponential moving average of weights, which often evaluates better than the last weights themselves.</summary>
/// <param name="warmup">Follow faster at first: the decay of update i is min(decay, (1 + i) / (10 + i)), from zeros.
/// Otherwise the first update copies, as PyTorch's AveragedModel does.</param>
public sealed class WeightAverage(IReadOnlyList<TrainableParameter> parameters, double decay, bool warmup = false) : IDisposable
{
    private readonly Dictionary<string, Tensor> _averages = [];
    private long _updates;

    /// <summary>The averages by parameter; they stay this object's.</summary>
    public IReadOnlyDictionary<string, Tensor> Averages => _averages;

    /// <summary>Takes the present weights in.</summary>
    public void Update()
    {
        using var noGradients = no_grad();
        var keep = warmup ? Math.Min(decay, (1.0 + _updates) / (10.0 + _updates)) : decay;
        foreach (var (name, tensor) in parameters)
        {
            if (!_averages.TryGetValue(name, out var average))
            {
                average = _averages[name] = (warmup ? zeros_like(tensor, requires_grad: false) : tensor.detach().clone()).DetachFromDisposeScope();
                if (!warmup) continue;
            }

            average.lerp_(tensor, 1 - keep);
        }

        _updates++;
    }

    public void Dispose()
    {
        foreach (var average in _averages.Values) average.Dispose();
    }
}
