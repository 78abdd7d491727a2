using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>The figures of Adafactor; the defaults are those of transformers.</summary>
public sealed record AdafactorOptions
{
    public double GradientEpsilon { get; init; } = 1e-30;
    public double ParameterEpsilon { get; init; } = 1e-3;
    public double ClipThreshold { get; init; } = 1;
    public double DecayRate { get; init; } = -0.8;

    /// <summary>Momentum; none when null.</summary>
    public double? Beta1 { get; init; }

    /// <summary>Multiply the rate by the parameter's root mean square.</summary>
    public bool ScaleParameter { get; init; } = true;

    /// <summary>Take the rate from the step's number and ignore the given one.</summary>
    public bool RelativeStep { get; init; } = true;

    public bool WarmupInit { get; init; }
}

/// <summary>Adafactor (Shazeer and Stern, 2018): second moments of matrices kept as row and column means.</summary>
public sealed class Adafactor(IReadOnlyList<ParameterGroup> groups, AdafactorOptions? options = null) : IOptimizer
{
    private readonly AdafactorOptions _options = options ?? new();
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
        var weights = parameter.Tensor;
        var step = _state.Count(parameter);
        var rate = Rate(step, RootMeanSquare(weights), learningRate);
        var keep = 1 - Math.Pow(step, _options.DecayRate);
        var square = gradient.pow(2).add_(_options.GradientEpsilon);
        var update = (gradient.dim() >= 2 ? Factored(parameter, square, keep) : Full(parameter, square, keep)).mul_(gradient);
        update.div_(Math.Max(1, RootMeanSquare(update) / _options.ClipThreshold)).mul_(rate);
        if (_options.Beta1 is { } beta)
        {
            update = _state.Zeros("exp_avg", parameter).mul_(beta).add_(update, alpha: 1 - beta);
        }

        if (decay != 0) weights.add_(weights, alpha: -decay * rate);
        weights.add_(update, alpha: -1);
    }

    private double Rate(long step, double size, double learningRate)
    {
        var rate = learningRate;
        if (_options.RelativeStep)
        {
            var least = _options.WarmupInit ? 1e-6 * step : 1e-2;
            rate = Math.Min(least, 1 / Math.Sqrt(step));
        }

        return _options.ScaleParameter ? Math.Max(_options.ParameterEpsilon, size) * rate : rate;
    }

    /// <summary>1/√ of the second moment, from the means over columns and over rows.</summary>
    private Tensor Factored(TrainableParameter parameter, Tensor square, double keep)
    {
        var rows = _state.Slot("exp_avg_sq_row", parameter, _ => zeros_like(square.mean([-1])));
        var columns = _state.Slot("exp_avg_sq_col", parameter, _ => zeros_like(square.mean([-2])));
        rows.mul_(keep).add_(square.mean([-1]), alpha: 1 - keep);
        columns.mul_(keep).add_(square.mean([-2]), alpha: 1 - keep);
        return rows.div(rows.mean([-1], keepdim: true)).rsqrt_().unsqueeze(-1).mul(columns.unsqueeze(-2).rsqrt());
    }

    private Tensor Full(TrainableParameter parameter, Tensor square, double keep) =>
        _state.Zeros("exp_avg_sq", parameter).mul_(keep).add_(square, alpha: 1 - keep).rsqrt();

    private static double RootMeanSquare(Tensor tensor) => tensor.norm().item<float>() / Math.Sqrt(tensor.numel());
}
