using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Clip;

/// <summary>A class token and the patches of an image, each with its learned position.</summary>
public sealed class ClipVisionEmbeddings : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "class_embedding")] private readonly Parameter _classToken; // [hidden]
    [ComponentName(Name = "patch_embedding")] private readonly nn.Module<Tensor, Tensor> _patches;
    [ComponentName(Name = "position_embedding")] private readonly nn.Module<Tensor, Tensor> _positions;
    private readonly ClipVisionConfig _config;

    public ClipVisionEmbeddings(ClipVisionConfig config, ScalarType dtype, Device device)
        : base(nameof(ClipVisionEmbeddings))
    {
        _config = config;
        _classToken = new Parameter(empty(config.HiddenSize, dtype: dtype, device: device));
        _patches = new PatchEmbedding(config.Channels, (config.PatchSize, config.PatchSize), config.HiddenSize, bias: false, dtype, device);
        _positions = new TokenEmbedding(config.Patches + 1, config.HiddenSize, dtype, device, positions: true);
        RegisterComponents();
    }

    /// <exception cref="ArgumentException">The images are not of the size the positions were made for.</exception>
    public override Tensor forward(Tensor pixels) // [batch, channels, height, width] -> [batch, 1 + patches, hidden]
    {
        ImageShape.Require(pixels, _config.Channels, _config.ImageSize, _config.ImageSize);
        using var patches = _patches.call(pixels);
        using var first = _classToken.expand(pixels.shape[0], 1, -1);
        using var tokens = cat([first, patches], 1);
        using var places = arange(tokens.shape[1], ScalarType.Int64, pixels.device);
        using var positions = _positions.call(places);
        return tokens.add(positions);
    }
}
