using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>Stochastic gradient descent with heavy-ball or Nesterov momentum, as PyTorch computes it.</summary>
public sealed class StochasticGradientDescent(IReadOnlyList<ParameterGroup> groups, double momentum = 0, double dampening = 0, bool nesterov = false) : IOptimizer
{
    private readonly OptimizerState _state = new(groups);

    public IEnumerable<KeyValuePair<string, Tensor>> State => _state.Tensors;

    public void Step(double learningRate)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in groups)
        {
            foreach (var (parameter, gradient) in group.WithGradients())
            {
                var slope = group.WeightDecay == 0 ? gradient : gradient.add(parameter.Tensor, alpha: group.WeightDecay);
                parameter.Tensor.add_(momentum == 0 ? slope : WithMomentum(parameter, slope), alpha: -learningRate * group.LearningRateFactor);
            }
        }
    }

    public void Load(IReadOnlyDictionary<string, Tensor> state) => _state.Load(state);

    public void Dispose() => _state.Dispose();

    private Tensor WithMomentum(TrainableParameter parameter, Tensor slope)
    {
        var isFirst = false;
        var buffer = _state.Slot("momentum_buffer", parameter, _ =>
        {
            isFirst = true;
            return slope.clone();
        });
        if (!isFirst) buffer.mul_(momentum).add_(slope, alpha: 1 - dampening);
        return nesterov ? slope.add(buffer, alpha: momentum) : buffer;
    }
}
