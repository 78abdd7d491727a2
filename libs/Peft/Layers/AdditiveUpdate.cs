using Platform.Modeling.Layers;
using static TorchSharp.torch;

namespace Platform.Peft.Layers;

/// <summary>y = W x + b + Δ x: an update that is a matrix added to the weight of a linear layer.</summary>
public abstract class AdditiveUpdate(string name) : LayerUpdate(name)
{
    /// <summary>Δ in float32, [out, in].</summary>
    public abstract Tensor Delta();

    /// <param name="x">in float32, [..., in]</param>
    /// <returns>Δ x, [..., out]; null: nothing this time, because the update was dropped</returns>
    protected abstract Tensor? Change(Tensor x);

    public override Tensor Forward(Tensor x, Func<Tensor, Tensor> layer) // [..., in] -> [..., out]
    {
        var y = layer(x);
        using var wide = x.to_type(ScalarType.Float32);
        using var change = Change(wide);
        if (change is null) return y;
        using (y)
        {
            using var sum = y.add(change); // in float32 when y is narrower
            return sum.to_type(y.dtype);
        }
    }

    public override void MergeInto(nn.Module<Tensor, Tensor> layer)
    {
        using var noGradients = no_grad();
        using var delta = Delta();
        ((Linear)layer).AddToWeight(delta);
    }
}
