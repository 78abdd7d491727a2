using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>
/// Trains 16-bit weights through float32 copies of them: a bfloat16 weight keeps eight bits, so a step of less than 1/256 of it would be
/// lost each time. The inner optimizer sees the copies; the weights are the copies, rounded.
/// Micikevicius et al.: "Mixed Precision Training", 2018, section 3.1.
/// </summary>
public sealed class MasterWeights : IOptimizer
{
    private const string Slot = "master";

    private readonly List<(TrainableParameter Weights, TrainableParameter Master)> _pairs = [];
    private readonly IOptimizer _inner;

    private MasterWeights(IReadOnlyList<ParameterGroup> groups, Func<IReadOnlyList<ParameterGroup>, IOptimizer> inner)
    {
        using var noGradients = no_grad();
        _inner = inner([.. groups.Select(group => group with { Parameters = [.. group.Parameters.Select(MasterOf)] })]);
    }

    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        _inner.State.Concat(_pairs.Select(pair => KeyValuePair.Create($"{Slot}.{pair.Master.Name}", pair.Master.Tensor)));

    /// <summary>An optimizer over the groups; with float32 copies where a parameter has fewer bits.</summary>
    public static IOptimizer Around(IReadOnlyList<ParameterGroup> groups, Func<IReadOnlyList<ParameterGroup>, IOptimizer> inner) =>
        groups.SelectMany(group => group.Parameters).Any(IsNarrow) ? new MasterWeights(groups, inner) : inner(groups);

    public void Step(double learningRate)
    {
        using var noGradients = no_grad();
        foreach (var (weights, master) in _pairs)
        {
            using var gradient = weights.Tensor.grad;
            master.Tensor.grad = gradient?.to(ScalarType.Float32);
        }

        _inner.Step(learningRate);
        foreach (var (weights, master) in _pairs)
        {
            weights.Tensor.copy_(master.Tensor);
            master.Tensor.grad = null;
        }
    }

    public void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        using var noGradients = no_grad();
        foreach (var (_, master) in _pairs)
        {
            if (!state.TryGetValue($"{Slot}.{master.Name}", out var saved)) throw new InvalidDataException($"The optimizer state lacks the float32 copy of '{master.Name}'.");
            master.Tensor.copy_(saved);
        }

        _inner.Load(state.Where(item => !item.Key.StartsWith($"{Slot}.", StringComparison.Ordinal)).ToDictionary());
    }

    public void Dispose()
    {
        _inner.Dispose();
        foreach (var (_, master) in _pairs) master.Tensor.Dispose();
    }

    private static bool IsNarrow(TrainableParameter parameter) => parameter.Tensor.dtype is ScalarType.BFloat16 or ScalarType.Float16;

    private TrainableParameter MasterOf(TrainableParameter parameter)
    {
        if (!IsNarrow(parameter)) return parameter;
        var master = parameter with { Tensor = parameter.Tensor.detach().to(ScalarType.Float32).requires_grad_().DetachFromDisposeScope() };
        _pairs.Add((parameter, master));
        return master;
    }
}
