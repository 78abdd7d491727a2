using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>Cuts images into square patches and projects each: a convolution whose stride is its width (Dosovitskiy et al., 2021).</summary>
public sealed class PatchEmbedding : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight; // [hidden, channels, patch height, patch width]
    [ComponentName(Name = "bias")] private readonly Parameter? _bias;    // [hidden]
    private readonly long[] _patch;

    public PatchEmbedding(long channels, (long Height, long Width) patch, long hiddenSize, bool bias, ScalarType dtype, Device device)
        : base(nameof(PatchEmbedding))
    {
        _patch = [patch.Height, patch.Width];
        _weight = new Parameter(empty([hiddenSize, channels, .. _patch], dtype: dtype, device: device));
        _bias = bias ? new Parameter(empty(hiddenSize, dtype: dtype, device: device)) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor pixels) // [batch, channels, height, width] -> [batch, patches, hidden]
    {
        using var real = pixels.to(_weight.dtype);
        using var grid = nn.functional.conv2d(real, _weight, _bias, strides: _patch);
        using var flat = grid.flatten(2);
        return flat.transpose(1, 2);
    }
}
