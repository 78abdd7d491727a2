using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>Adam (Kingma and Ba, 2015), one parameter at a time, with AMSGrad and either kind of weight decay.</summary>
public sealed class Adam(IReadOnlyList<ParameterGroup> groups, AdamOptions? options = null) : IOptimizer
{
    private readonly AdamOptions _options = options ?? new();
    private readonly OptimizerState _state = new(groups);

    public IEnumerable<KeyValuePair<string, Tensor>> State => _state.Tensors;

    public void Step(double learningRate)
    {
        using var noGradients = no_grad();
        foreach (var group in groups)
        {
            foreach (var (parameter, gradient) in group.WithGradients())
            {
                using var scope = NewDisposeScope();
                Update(parameter, gradient, group.WeightDecay, learningRate);
            }
        }
    }

    public void Load(IReadOnlyDictionary<string, Tensor> state) => _state.Load(state);

    public void Dispose() => _state.Dispose();

    private void Update(TrainableParameter parameter, Tensor gradient, double decay, double learningRate)
    {
        var weights = parameter.Tensor;
        if (_options.DecoupledDecay) weights.mul_(1 - learningRate * decay);
        else if (decay != 0) gradient = gradient.add(weights, alpha: decay);

        var step = _state.Count(parameter);
        var average = _state.Zeros("exp_avg", parameter);
        var square = _state.Zeros("exp_avg_sq", parameter);
        average.lerp_(gradient, 1 - _options.Beta1);
        square.mul_(_options.Beta2).addcmul_(gradient, gradient, value: 1 - _options.Beta2);
        var second = square;
        if (_options.AmsGrad)
        {
            second = _state.Zeros("max_exp_avg_sq", parameter);
            second.copy_(maximum(second, square));
        }

        var denominator = second.sqrt().div_(Math.Sqrt(1 - Math.Pow(_options.Beta2, step))).add_(_options.Epsilon);
        weights.addcdiv_(average, denominator, value: -learningRate / (1 - Math.Pow(_options.Beta1, step)));
    }
}
