using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>y = w · (x − mean(x)) / √(var(x) + ε) + b over the last dimension (Ba et al., 2016). Differs from the paper: none.</summary>
public sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter? _weight; // [width]
    [ComponentName(Name = "bias")] private readonly Parameter? _bias;     // [width]
    private readonly long[] _shape;
    private readonly double _epsilon;

    /// <param name="affine">whether there are w and b</param>
    public LayerNorm(long width, double epsilon, ScalarType dtype, Device device, bool affine = true)
        : base(nameof(LayerNorm))
    {
        (_shape, _epsilon) = ([width], epsilon);
        _weight = affine ? new Parameter(empty(width, dtype: dtype, device: device)) : null;
        _bias = affine ? new Parameter(empty(width, dtype: dtype, device: device)) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => nn.functional.layer_norm(x, _shape, _weight, _bias, _epsilon); // [..., width]
}
