using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>The parameters of a layer as they were, to be put back bit by bit.</summary>
public class WeightCopy : IDisposable
{
    private readonly IReadOnlyList<(Parameter Parameter, Tensor Value)> _values;

    public WeightCopy(IEnumerable<Parameter> parameters) =>
        _values = [.. parameters.Select(parameter => (parameter, parameter.detach().clone().DetachFromDisposeScope()))];

    public virtual void Restore()
    {
        using var noGradients = no_grad();
        foreach (var (parameter, value) in _values) parameter.copy_(value);
    }

    public void Dispose()
    {
        foreach (var (_, value) in _values) value.Dispose();
        GC.SuppressFinalize(this);
    }
}
