using Platform.Torch.Operators;
using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>AdamW (Loshchilov and Hutter, 2019) as PyTorch computes it, all parameters in one call of the fused kernel.</summary>
public sealed class AdamW : IOptimizer
{
    private readonly IReadOnlyList<ParameterGroup> _groups;
    private readonly AdamOptions _options;
    private readonly OptimizerState _state;

    public AdamW(IReadOnlyList<ParameterGroup> groups, AdamOptions? options = null)
    {
        (_groups, _options) = (groups, options ?? new());
        _state = new(groups);
        if (_options.AmsGrad) throw new ArgumentException("The fused kernel has no AMSGrad; use Adam with DecoupledDecay.", nameof(options));
    }

    public IEnumerable<KeyValuePair<string, Tensor>> State => _state.Tensors;

    public void Step(double learningRate)
    {
        foreach (var group in _groups)
        {
            List<Tensor> parameters = [], gradients = [], averages = [], squares = [], steps = [];
            foreach (var (parameter, gradient) in group.WithGradients())
            {
                var step = _state.Slot("step", parameter, tensor => zeros([], dtype: ScalarType.Float32, device: tensor.device));
                step.add_(1);
                parameters.Add(parameter.Tensor);
                gradients.Add(gradient);
                averages.Add(_state.Zeros("exp_avg", parameter));
                squares.Add(_state.Zeros("exp_avg_sq", parameter));
                steps.Add(step);
            }

            FusedAdamW.Step(parameters, gradients, averages, squares, steps, new()
            {
                LearningRate = learningRate * group.LearningRateFactor,
                Beta1 = _options.Beta1,
                Beta2 = _options.Beta2,
                Epsilon = _options.Epsilon,
                WeightDecay = group.WeightDecay,
            });
            foreach (var gradient in gradients) gradient.Dispose();
        }
    }

    public void Load(IReadOnlyDictionary<string, Tensor> state) => _state.Load(state);

    public void Dispose() => _state.Dispose();
}
