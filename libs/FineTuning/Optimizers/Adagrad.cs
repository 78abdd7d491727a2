using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>Adagrad (Duchi, Hazan and Singer, 2011) as PyTorch computes it.</summary>
public sealed class Adagrad(IReadOnlyList<ParameterGroup> groups, double rateDecay = 0, double initialAccumulator = 0, double epsilon = 1e-10) : IOptimizer
{
    private readonly OptimizerState _state = new(groups);

    public IEnumerable<KeyValuePair<string, Tensor>> State => _state.Tensors;

    public void Step(double learningRate)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in groups)
        {
            foreach (var (parameter, given) in group.WithGradients())
            {
                var gradient = group.WeightDecay == 0 ? given : given.add(parameter.Tensor, alpha: group.WeightDecay);
                var rate = learningRate * group.LearningRateFactor / (1 + (_state.Count(parameter) - 1) * rateDecay);
                var sum = _state.Slot("sum", parameter, tensor => full_like(tensor, initialAccumulator, requires_grad: false));
                sum.addcmul_(gradient, gradient, value: 1);
                parameter.Tensor.addcdiv_(gradient, sum.sqrt().add_(epsilon), value: -rate);
            }
        }
    }

    public void Load(IReadOnlyDictionary<string, Tensor> state) => _state.Load(state);

    public void Dispose() => _state.Dispose();
}
