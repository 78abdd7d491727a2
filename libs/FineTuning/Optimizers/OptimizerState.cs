using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>What an optimizer remembers: tensors named <c>slot.parameter</c>, made when first asked for.</summary>
internal sealed class OptimizerState(IReadOnlyList<ParameterGroup> groups) : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = [];
    private readonly Dictionary<string, Tensor> _parameters = groups.SelectMany(group => group.Parameters).ToDictionary(parameter => parameter.Name, parameter => parameter.Tensor);

    public IEnumerable<KeyValuePair<string, Tensor>> Tensors => _tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal);

    public Tensor Slot(string slot, TrainableParameter parameter, Func<Tensor, Tensor> initial)
    {
        var name = $"{slot}.{parameter.Name}";
        if (_tensors.TryGetValue(name, out var known)) return known;
        var made = initial(parameter.Tensor);
        return _tensors[name] = made.DetachFromDisposeScope();
    }

    public Tensor Zeros(string slot, TrainableParameter parameter) => Slot(slot, parameter, tensor => zeros_like(tensor, requires_grad: false));

    /// <summary>Counts this step for the parameter: 1 in its first.</summary>
    public long Count(TrainableParameter parameter)
    {
        var counter = Slot("step", parameter, _ => zeros(1, dtype: ScalarType.Int64));
        var step = counter.item<long>() + 1;
        counter.fill_(step);
        return step;
    }

    public void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        foreach (var name in state.Keys)
        {
            if (!_parameters.ContainsKey(ParameterOf(name))) throw new InvalidDataException($"The optimizer state '{name}' belongs to no parameter of this run.");
        }

        Dispose();
        foreach (var (name, tensor) in state)
        {
            // Counters of steps are read in every step and stay where that costs nothing.
            var device = tensor.dtype == ScalarType.Int64 ? CPU : _parameters[ParameterOf(name)].device;
            _tensors[name] = tensor.to(device, copy: true).DetachFromDisposeScope();
        }
    }

    private static string ParameterOf(string name) => name[(name.IndexOf('.') + 1)..];

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values) tensor.Dispose();
        _tensors.Clear();
    }
}
