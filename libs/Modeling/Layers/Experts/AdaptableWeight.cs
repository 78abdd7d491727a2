using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers.Experts;

/// <summary>A parameter that belongs to no layer which an adapter could wrap; adapters change its value whenever it is used.</summary>
public sealed class AdaptableWeight(Parameter parameter)
{
    private readonly List<Func<Tensor>> _changes = [];

    /// <summary>[out, in], or one such matrix per expert, [experts, out, in].</summary>
    public Parameter Parameter { get; } = parameter;

    /// <param name="change">gives what is added, of the parameter's shape; the tensor becomes the caller's</param>
    public void Add(Func<Tensor> change) => _changes.Add(change);

    public void Remove(Func<Tensor> change) => _changes.Remove(change);

    /// <summary>The value with all changes, with their gradients; the caller disposes it.</summary>
    public Tensor Value()
    {
        var value = Parameter.alias();
        foreach (var change in _changes)
        {
            using var before = value;
            using var added = change();
            using var sum = before.add(added);
            value = sum.to_type(Parameter.dtype);
        }

        return value;
    }
}

/// <summary>A module with such parameters.</summary>
public interface IAdaptableWeights
{
    /// <summary>By their names in the module, in its order.</summary>
    IReadOnlyList<(string Name, AdaptableWeight Weight)> AdaptableWeights { get; }
}
