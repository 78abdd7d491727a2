using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>An exponential moving average of weights, which often evaluates better than the last weights themselves.</summary>
/// <param name="warmup">Follow faster at first: the decay of update i is min(decay, (1 + i) / (10 + i)), from zeros.
/// Otherwise the first update copies, as PyTorch's AveragedModel does.</param>
public sealed class WeightAverage(IReadOnlyList<TrainableParameter> parameters, double decay, bool warmup = false) : IDisposable
{
    private readonly Dictionary<string, Tensor> _averages = [];

    /// <summary>The averages by parameter; they stay this object's.</summary>
    public IReadOnlyDictionary<string, Tensor> Averages => _averages;

    /// <summary>How often weights were taken in.</summary>
    public long Updates { get; private set; }

    /// <summary>Takes the present weights in.</summary>
    public void Update()
    {
        using var noGradients = no_grad();
        var keep = warmup ? Math.Min(decay, (1.0 + Updates) / (10.0 + Updates)) : decay;
        foreach (var (name, tensor) in parameters)
        {
            if (!_averages.TryGetValue(name, out var average))
            {
                average = _averages[name] = (warmup ? zeros(tensor.shape, ScalarType.Float32, tensor.device) : tensor.detach().to(ScalarType.Float32, copy: true)).DetachFromDisposeScope();
                if (!warmup) continue;
            }

            using var wide = tensor.to(ScalarType.Float32);
            average.lerp_(wide, 1 - keep);
        }

        Updates++;
    }

    /// <summary>Puts the averages in the place of the weights until the result is disposed.</summary>
    public IDisposable Lend()
    {
        var loan = new Loan([.. parameters.Select(parameter => (parameter.Tensor, parameter.Tensor.detach().clone().DetachFromDisposeScope()))]);
        CopyToWeights();
        return loan;
    }

    /// <summary>Makes the averages the weights for good.</summary>
    public void CopyToWeights()
    {
        using var noGradients = no_grad();
        foreach (var (name, tensor) in parameters)
        {
            if (_averages.TryGetValue(name, out var average)) tensor.copy_(average);
        }
    }

    /// <summary>Continues from the averages of an equal run; the tensors are copied.</summary>
    /// <exception cref="InvalidDataException">A parameter has no average.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> averages, long updates)
    {
        Clear();
        Updates = updates;
        if (updates == 0) return;
        foreach (var (name, tensor) in parameters)
        {
            if (!averages.TryGetValue(name, out var saved)) throw new InvalidDataException($"The checkpoint lacks the average of '{name}'.");
            _averages[name] = saved.to(tensor.device, copy: true).DetachFromDisposeScope();
        }
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        foreach (var average in _averages.Values) average.Dispose();
        _averages.Clear();
    }

    private sealed class Loan(IReadOnlyList<(Tensor Weights, Tensor Kept)> weights) : IDisposable
    {
        public void Dispose()
        {
            using var noGradients = no_grad();
            foreach (var (tensor, kept) in weights)
            {
                tensor.copy_(kept);
                kept.Dispose();
            }
        }
    }
}
