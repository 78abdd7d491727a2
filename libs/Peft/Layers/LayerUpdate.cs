using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft.Layers;

/// <summary>What one adapter does to one layer.</summary>
public abstract class LayerUpdate(string name) : nn.Module(name)
{
    /// <summary>The trained parameters by the ends of their keys in the adapter's file, e.g. <c>lora_A.weight</c>.</summary>
    public abstract IEnumerable<(string Key, Parameter Parameter)> Keys { get; }

    /// <summary>Whether it comes before all other updates of the layer, for every row: its inputs are nothing the others know.</summary>
    internal virtual bool IsOutermost => false;

    /// <param name="x">the layer's input</param>
    /// <param name="layer">the layer below: the base, or the base with adapters that came before; its result is the caller's</param>
    /// <returns>what the layer gives now</returns>
    public abstract Tensor Forward(Tensor x, Func<Tensor, Tensor> layer);

    /// <summary>Changes the layer's own weights in place so that it gives alone what <see cref="Forward"/> gives.</summary>
    /// <exception cref="NotSupportedException">The method cannot be merged into such a layer.</exception>
    public abstract void MergeInto(nn.Module<Tensor, Tensor> layer);

    /// <summary>Where a layer computes; its weight may be no parameter.</summary>
    protected static Device DeviceOf(nn.Module layer) => layer.parameters().Concat(layer.buffers()).FirstOrDefault()?.device ?? CPU;

    /// <summary>Computes in float32, the type of adapters' parameters, and gives the input's type back.</summary>
    protected internal static Tensor InFloat(Tensor x, Func<Tensor, Tensor> compute)
    {
        if (x.dtype == ScalarType.Float32) return compute(x);
        using var wide = x.to_type(ScalarType.Float32);
        using var result = compute(wide);
        return result.to_type(x.dtype);
    }
}
