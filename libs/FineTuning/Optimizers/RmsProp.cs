using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>RMSProp (Tieleman and Hinton, 2012), plain or centered, as PyTorch computes it.</summary>
public sealed class RmsProp(IReadOnlyList<ParameterGroup> groups, double smoothing = 0.99, double epsilon = 1e-8, double momentum = 0, bool centered = false) : IOptimizer
{
    private readonly OptimizerState _state = new(groups);

    public IEnumerable<KeyValuePair<string, Tensor>> State => _state.Tensors;

    public void Step(double learningRate)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in groups)
        {
            foreach (var (parameter, gradient) in group.WithGradients()) Update(parameter, gradient, group.WeightDecay, learningRate * group.LearningRateFactor);
        }
    }

    public void Load(IReadOnlyDictionary<string, Tensor> state) => _state.Load(state);

    public void Dispose() => _state.Dispose();

    private void Update(TrainableParameter parameter, Tensor gradient, double decay, double learningRate)
    {
        if (decay != 0) gradient = gradient.add(parameter.Tensor, alpha: decay);
        var square = _state.Zeros("square_avg", parameter).mul_(smoothing).addcmul_(gradient, gradient, value: 1 - smoothing);
        var spread = square;
        if (centered)
        {
            var mean = _state.Zeros("grad_avg", parameter);
            mean.lerp_(gradient, 1 - smoothing);
            spread = square.addcmul(mean, mean, value: -1);
        }

        var denominator = spread.sqrt().add_(epsilon);
        if (momentum == 0)
        {
            parameter.Tensor.addcdiv_(gradient, denominator, value: -learningRate);
            return;
        }

        var buffer = _state.Zeros("momentum_buffer", parameter);
        buffer.mul_(momentum).addcdiv_(gradient, denominator, value: 1);
        parameter.Tensor.add_(buffer, alpha: -learningRate);
    }
}
