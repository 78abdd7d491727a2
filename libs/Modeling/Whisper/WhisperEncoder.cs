using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Dropout = Platform.Modeling.Layers.Dropout;
using LayerNorm = Platform.Modeling.Layers.LayerNorm;

namespace Platform.Modeling.Whisper;

/// <summary>Two convolutions over the features, the second of which halves the frames, fixed positions, and blocks that see everything.</summary>
internal sealed class WhisperEncoder : nn.Module
{
    [ComponentName(Name = "conv1")] private readonly nn.Module<Tensor, Tensor> _first;
    [ComponentName(Name = "conv2")] private readonly nn.Module<Tensor, Tensor> _second;
    [ComponentName(Name = "embed_positions")] private readonly TokenEmbedding _positions;
    [ComponentName(Name = "layers")] private readonly ModuleList<WhisperBlock> _blocks;
    [ComponentName(Name = "layer_norm")] private readonly LayerNorm _norm;
    private readonly WhisperConfig _config;

    public WhisperEncoder(WhisperConfig config, ScalarType dtype, Device device)
        : base(nameof(WhisperEncoder))
    {
        _config = config;
        _first = new Convolution1d(config.Mels, config.HiddenSize, kernel: 3, stride: 1, padding: 1, dtype, device);
        _second = new Convolution1d(config.HiddenSize, config.HiddenSize, kernel: 3, stride: 2, padding: 1, dtype, device);
        // Stored like a weight, but never trained.
        _positions = new TokenEmbedding(config.MaxSourcePositions, config.HiddenSize, dtype, device);
        _positions.Weight.requires_grad_(false);
        _blocks = new ModuleList<WhisperBlock>([.. Enumerable.Range(0, config.Layers).Select(i => new WhisperBlock(config, i, decoder: false, dtype, device))]);
        _norm = new LayerNorm(config.HiddenSize, 1e-5, dtype, device);
        RegisterComponents();
    }

    /// <param name="features">[batch, mels, frames]</param>
    /// <param name="onHidden">is shown the first block's input and every block's output, each valid during the call</param>
    /// <returns>[batch, positions, hidden]</returns>
    /// <exception cref="ArgumentException">The features have another shape.</exception>
    public Tensor Run(Tensor features, Action<Tensor>? onHidden = null)
    {
        var frames = 2 * _config.MaxSourcePositions;
        if (features.dim() != 3 || features.shape[1] != _config.Mels || features.shape[2] != frames)
        {
            throw new ArgumentException($"The features have the shape [{string.Join(", ", features.shape)}]; the encoder takes [batch, {_config.Mels}, {frames}]: fill or cut the sound to its chunk.");
        }

        using var context = new StackContext { Own = new AttentionMask(null, Causal: false) };
        var hidden = Dropout.Of(Embed(features), _config.DropoutRate, training);
        onHidden?.Invoke(hidden);
        foreach (var block in _blocks)
        {
            if (WhisperLayerDrop.Skips(_config.EncoderLayerDrop, training)) continue;
            using var input = hidden;
            hidden = block.call(input, context);
            onHidden?.Invoke(hidden);
        }

        using var last = hidden;
        return _norm.call(last);
    }

    private Tensor Embed(Tensor features)
    {
        using var typed = features.to(_positions.Weight.dtype, _positions.Weight.device, copy: false).alias();
        using var first = _first.call(typed);                 // [batch, hidden, frames]
        using var active = nn.functional.gelu(first);
        using var second = _second.call(active);              // [batch, hidden, frames / 2]
        using var narrow = nn.functional.gelu(second);
        using var inTime = narrow.transpose(1, 2);            // [batch, positions, hidden]
        return inTime.add(_positions.Weight);
    }
}
