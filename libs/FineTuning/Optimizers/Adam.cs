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
                Update(parameter, gradient, group.WeightDecay, learningRate * group.LearningRateFactor);
            }
        }
    }

    public void Load(IReadOnlyDictionary<string, Tensor> state) => _state.Load(state);

    public void Dispose() => _state.Dispose();

    private void Update(TrainableParameter parameter, Tensor gradient, double decay, double learningRate)
    {
        var step = _state.Count(parameter);
        var (average, square) = (_state.Zeros("exp_avg", parameter), _state.Zeros("exp_avg_sq", parameter));
        var largest = _options.AmsGrad ? _state.Zeros("max_exp_avg_sq", parameter) : null;
        AdamFormula.Apply(parameter.Tensor, gradient, average, square, largest, step, _options, decay, learningRate);
    }
}
