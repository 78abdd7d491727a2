using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>A convolution over time with a bias, zeros around it. Created without values.</summary>
public sealed class Convolution1d : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight; // [out, in, kernel]
    [ComponentName(Name = "bias")] private readonly Parameter _bias;     // [out]
    private readonly long _stride;
    private readonly long _padding;

    /// <param name="padding">zeros on either side</param>
    public Convolution1d(long inChannels, long outChannels, long kernel, long stride, long padding, ScalarType dtype, Device device)
        : base(nameof(Convolution1d))
    {
        (_stride, _padding) = (stride, padding);
        _weight = new Parameter(empty(outChannels, inChannels, kernel, dtype: dtype, device: device));
        _bias = new Parameter(empty(outChannels, dtype: dtype, device: device));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => nn.functional.conv1d(x, _weight, _bias, _stride, _padding); // [batch, in, frames] -> [batch, out, frames / stride]
}
