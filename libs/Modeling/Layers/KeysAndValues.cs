using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>Keys and values that stand before those of a pass in one block.</summary>
/// <param name="Keys">[batch or 1, key heads, count, width]</param>
/// <param name="Values">[batch or 1, key heads, count, width]</param>
public sealed record KeysAndValues(Tensor Keys, Tensor Values) : IDisposable
{
    /// <summary>Both together; the results are the caller's.</summary>
    /// <param name="keys">[batch, key heads, positions, width]</param>
    /// <param name="values">[batch, key heads, positions, width]</param>
    public (Tensor Keys, Tensor Values) Before(Tensor keys, Tensor values) => (Joined(Keys, keys), Joined(Values, values));

    /// <summary>The same values without what computed them; they want gradients if these do.</summary>
    internal KeysAndValues Cut() => new(Leaf(Keys), Leaf(Values));

    private static Tensor Leaf(Tensor computed)
    {
        var leaf = computed.detach().DetachFromDisposeScope();
        return computed.requires_grad ? leaf.requires_grad_() : leaf;
    }

    private static Tensor Joined(Tensor first, Tensor own)
    {
        using var cast = first.to(own.dtype);
        using var rows = cast.expand(own.shape[0], -1, -1, -1);
        return cat([rows, own], 2);
    }

    public void Dispose()
    {
        Keys.Dispose();
        Values.Dispose();
    }
}
