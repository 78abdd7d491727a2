using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>
/// GaLore (Zhao et al., 2024) with AdamW: the moments of a matrix live in the space of its gradient's leading singular
/// vectors, renewed every <paramref name="gap"/> steps. Vectors take plain AdamW steps.
/// </summary>
public sealed class GaLoreAdamW(IReadOnlyList<ParameterGroup> groups, int rank, long gap = 200, double scale = 0.25, AdamOptions? options = null) : IOptimizer
{
    private readonly AdamOptions _options = options ?? new() { Epsilon = 1e-6 };
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
        var step = _state.Count(parameter);
        var isTall = gradient.shape[0] >= gradient.shape[^1];
        var projection = gradient.dim() == 2 ? Projection(parameter, gradient, isTall, step) : null;
        var low = projection is null ? gradient : isTall ? gradient.matmul(projection.t()) : projection.t().matmul(gradient);

        var average = _state.Slot("exp_avg", parameter, _ => zeros_like(low));
        var square = _state.Slot("exp_avg_sq", parameter, _ => zeros_like(low));
        average.mul_(_options.Beta1).add_(low, alpha: 1 - _options.Beta1);
        square.mul_(_options.Beta2).addcmul_(low, low, value: 1 - _options.Beta2);
        var normed = average.div(square.sqrt().add_(_options.Epsilon));
        var update = projection is null ? normed : (isTall ? normed.matmul(projection) : projection.matmul(normed)).mul_(scale);

        var rate = learningRate * Math.Sqrt(1 - Math.Pow(_options.Beta2, step)) / (1 - Math.Pow(_options.Beta1, step));
        parameter.Tensor.add_(update, alpha: -rate);
        if (decay > 0) parameter.Tensor.add_(parameter.Tensor, alpha: -learningRate * decay);
    }

    /// <returns>[rank, columns] of a tall matrix, [rows, rank] of a wide one</returns>
    private Tensor Projection(TrainableParameter parameter, Tensor gradient, bool isTall, long step)
    {
        var kept = Math.Min(rank, Math.Min(gradient.shape[0], gradient.shape[1]));
        var current = _state.Slot("projection", parameter, _ => isTall ? zeros([kept, gradient.shape[1]], device: gradient.device) : zeros([gradient.shape[0], kept], device: gradient.device));
        if ((step - 1) % gap != 0) return current;
        var (left, _, right) = linalg.svd(gradient, fullMatrices: false);
        return current.copy_(isTall ? right.narrow(0, 0, kept) : left.narrow(1, 0, kept));
    }
}
