using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>
/// y = w · x / √(mean(x²) + ε) over the last dimension (Zhang and Sennrich, 2019). Differs from the paper: none.
/// The mean is taken in float32 whatever the type of x. Gemma stores w − 1; it and ChatGLM multiply before they narrow.
/// </summary>
public sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight; // [width]
    private readonly double _epsilon;
    private readonly bool _aroundOne;
    private readonly bool _widely;

    /// <param name="aroundOne">whether the weight is stored minus one; it is multiplied widely then</param>
    /// <param name="widely">whether the weight is multiplied in float32 too</param>
    public RmsNorm(long width, double epsilon, ScalarType dtype, Device device, bool aroundOne = false, bool widely = false)
        : base(nameof(RmsNorm))
    {
        (_epsilon, _aroundOne, _widely) = (epsilon, aroundOne, aroundOne || widely);
        _weight = new Parameter(empty(width, dtype: dtype, device: device));
        RegisterComponents();
    }

    public Parameter Weight => _weight;

    public override Tensor forward(Tensor x) // [..., width], any type
    {
        if (x.dtype == ScalarType.Float32) return Normalize(x);

        using var wide = x.to(ScalarType.Float32);
        if (_widely)
        {
            using var normalized = Normalize(wide);
            return normalized.to(x.dtype);
        }

        using var scaled = Scale(wide);
        using var narrow = scaled.to(x.dtype);
        return narrow.mul(_weight);
    }

    private Tensor Normalize(Tensor x)
    {
        using var scaled = Scale(x);
        if (!_aroundOne) return scaled.mul(_weight);

        using var wide = _weight.to(ScalarType.Float32);
        using var gain = wide.add(1);
        return scaled.mul(gain);
    }

    private Tensor Scale(Tensor x) // float32
    {
        // Through the length, a reduction, rather than through x², which would be a tensor as large as x, kept for the backward pass.
        using var length = x.norm(-1, keepdim: true, 2f); // [..., 1]
        using var square = length.square();
        using var mean = square.div(x.shape[^1]);
        using var shifted = mean.add(_epsilon);
        using var inverse = shifted.rsqrt();
        return x.mul(inverse);
    }
}
