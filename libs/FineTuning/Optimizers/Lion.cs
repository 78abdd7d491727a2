using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>Lion (Chen et al., 2023, Algorithm 2): the sign of an interpolated momentum, weight decay decoupled.</summary>
public sealed class Lion(IReadOnlyList<ParameterGroup> groups, double beta1 = 0.9, double beta2 = 0.99) : IOptimizer
{
    private readonly OptimizerState _state = new(groups);

    public IEnumerable<KeyValuePair<string, Tensor>> State => _state.Tensors;

    public void Step(double learningRate)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in groups)
        {
            var rate = learningRate * group.LearningRateFactor;
            foreach (var (parameter, gradient) in group.WithGradients())
                Apply(parameter.Tensor, gradient, _state.Zeros("exp_avg", parameter), beta1, beta2, group.WeightDecay, rate);
        }
    }

    /// <summary>One step of one parameter. Weights and momentum change in place.</summary>
    internal static void Apply(Tensor weights, Tensor gradient, Tensor average, double beta1, double beta2, double decay, double learningRate)
    {
        weights.mul_(1 - learningRate * decay);
        weights.add_(average.mul(beta1).add_(gradient, alpha: 1 - beta1).sign_(), alpha: -learningRate);
        average.mul_(beta2).add_(gradient, alpha: 1 - beta2);
    }

    public void Load(IReadOnlyDictionary<string, Tensor> state) => _state.Load(state);

    public void Dispose() => _state.Dispose();
}
