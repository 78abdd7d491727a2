using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Dropout = Platform.Modeling.Layers.Dropout;

namespace Platform.Modeling.Vit;

/// <summary>A class token and the patches of an image, each with its learned position.</summary>
public sealed class VitEmbeddings : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "cls_token")] private readonly Parameter _classToken;         // [1, 1, hidden]
    [ComponentName(Name = "position_embeddings")] private readonly Parameter _positions; // [1, 1 + patches, hidden]
    [ComponentName(Name = "patch_embeddings")] private readonly PatchProjection _patches;
    private readonly VitConfig _config;

    public VitEmbeddings(VitConfig config, ScalarType dtype, Device device)
        : base(nameof(VitEmbeddings))
    {
        _config = config;
        _classToken = new Parameter(empty(1, 1, config.HiddenSize, dtype: dtype, device: device));
        _positions = new Parameter(empty(1, config.Patches + 1, config.HiddenSize, dtype: dtype, device: device));
        _patches = new PatchProjection(config, dtype, device);
        RegisterComponents();
    }

    /// <exception cref="ArgumentException">The images are not of the size the positions were made for.</exception>
    public override Tensor forward(Tensor pixels) // [batch, channels, height, width] -> [batch, 1 + patches, hidden]
    {
        ImageShape.Require(pixels, _config.Channels, _config.Image.Height, _config.Image.Width);
        using var patches = _patches.call(pixels);
        using var first = _classToken.expand(pixels.shape[0], -1, -1);
        using var tokens = cat([first, patches], 1);
        return Dropout.Of(tokens.add(_positions), _config.HiddenDropout, training);
    }

    private sealed class PatchProjection : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "projection")] private readonly nn.Module<Tensor, Tensor> _projection;

        public PatchProjection(VitConfig config, ScalarType dtype, Device device)
            : base(nameof(PatchProjection))
        {
            _projection = new PatchEmbedding(config.Channels, config.Patch, config.HiddenSize, bias: true, dtype, device);
            RegisterComponents();
        }

        public override Tensor forward(Tensor pixels) => _projection.call(pixels);
    }
}
