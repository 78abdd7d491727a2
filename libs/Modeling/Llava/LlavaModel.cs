using Platform.Modeling.Clip;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Llava;

/// <summary>The image tower, the projector and the decoder without its head: the names below <c>model.</c></summary>
public sealed class LlavaModel : nn.Module
{
    [ComponentName(Name = "vision_tower")] private readonly ClipVisionModel _tower;
    [ComponentName(Name = "multi_modal_projector")] private readonly LlavaProjector _projector;
    private readonly LlavaConfig _config;

    /// <param name="decoder">is registered here, and disposed by whoever made it</param>
    public LlavaModel(LlavaConfig config, nn.Module decoder, ScalarType dtype, Device device)
        : base(nameof(LlavaModel))
    {
        _config = config;
        _tower = new ClipVisionModel(config.Vision, dtype, device);
        _projector = new LlavaProjector(config, dtype, device);
        RegisterComponents();
        register_module("language_model", decoder);
    }

    internal ClipVisionModel Tower => _tower;

    /// <param name="pixels">[images, channels, size, size]</param>
    /// <returns>[images, tokens per image, the decoder's hidden]</returns>
    internal Tensor ImageFeatures(Tensor pixels)
    {
        using var states = States(pixels);
        using var chosen = _config.DropsClassToken ? states.narrow(1, 1, states.shape[1] - 1) : states.alias();
        return _projector.call(chosen);
    }

    /// <summary>The states of the layers side by side; the tower runs once, up to the last of them.</summary>
    private Tensor States(Tensor pixels)
    {
        int[] layers = [.. _config.FeatureLayers.Select(layer => layer < 0 ? _config.Vision.Layers + 1 + layer : layer)];
        if (layers.Length == 1) return _tower.HiddenState(pixels, layers[0]);

        using var scope = NewDisposeScope();
        List<Tensor> states = [];
        _tower.HiddenState(pixels, layers.Max(), state => states.Add(state.alias()));
        return cat([.. layers.Select(layer => states[layer])], -1).MoveToOuterDisposeScope();
    }
}
