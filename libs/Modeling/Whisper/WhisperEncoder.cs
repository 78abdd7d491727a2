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

        if (training && _config.SpecAugment) throw new NotSupportedException("config.json: apply_spec_augment is true; features are not masked at random here: set it to false to train.");

        using var context = new StackContext { Own = new AttentionMask(null, Causal: false) };
        using var last = StackBlocks.Run(_blocks, Dropout.Of(Embed(features), _config.DropoutRate, training), context, onHidden, training ? _config.EncoderLayerDrop : 0);
        return _norm.call(last);
    }

    private Tensor Embed(Tensor features)
    {
        using var scope = NewDisposeScope();
        var typed = features.to(_positions.Weight.device).to(_positions.Weight.dtype);
        var first = nn.functional.gelu(_first.call(typed));    // [batch, hidden, frames]
        var second = nn.functional.gelu(_second.call(first));  // [batch, hidden, frames / 2]
        return second.transpose(1, 2).add(_positions.Weight).MoveToOuterDisposeScope(); // [batch, positions, hidden]
    }
}
