using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>The tensors of a layer as they were, to be put back bit by bit.</summary>
public class WeightCopy : IDisposable
{
    private readonly IReadOnlyList<(Tensor Tensor, Tensor Value)> _values;

    public WeightCopy(IEnumerable<Tensor> tensors) =>
        _values = [.. tensors.Select(tensor => (tensor, tensor.detach().clone().DetachFromDisposeScope()))];

    public virtual void Restore()
    {
        using var noGradients = no_grad();
        foreach (var (tensor, value) in _values) tensor.copy_(value);
    }

    public void Dispose()
    {
        foreach (var (_, value) in _values) value.Dispose();
        GC.SuppressFinalize(this);
    }
}
