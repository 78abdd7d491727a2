using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Clip;

/// <summary>CLIP's image tower: the names below <c>vision_model.</c> in the checkpoint.</summary>
public sealed class ClipVisionTransformer : nn.Module
{
    [ComponentName(Name = "embeddings")] private readonly ClipVisionEmbeddings _embeddings;
    [ComponentName(Name = "pre_layrnorm")] private readonly LayerNorm _inputNorm; // spelt so
    [ComponentName(Name = "encoder")] private readonly EncoderStack<AttentionMask> _encoder;
    [ComponentName(Name = "post_layernorm")] private readonly LayerNorm _outputNorm;

    public ClipVisionTransformer(ClipVisionConfig config, ScalarType dtype, Device device)
        : base(nameof(ClipVisionTransformer))
    {
        _embeddings = new ClipVisionEmbeddings(config, dtype, device);
        _inputNorm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _encoder = new EncoderStack<AttentionMask>("layers", Enumerable.Range(0, config.Layers).Select(_ => new ClipEncoderLayer(config, dtype, device)));
        _outputNorm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        RegisterComponents();
    }

    /// <param name="pixels">[batch, channels, size, size]</param>
    /// <param name="layer">0 is the first block's input, n the n-th block's output, negative ones count from the end: -1 is the last output</param>
    /// <param name="onHidden">is shown the first block's input and the output of every block that runs, each valid during the call</param>
    /// <returns>[batch, 1 + patches, hidden], the class token first; no block above the layer runs</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public Tensor HiddenState(Tensor pixels, int layer = -1, Action<Tensor>? onHidden = null)
    {
        var blocks = _encoder.Blocks.Count;
        var count = layer < 0 ? blocks + 1 + layer : layer;
        if (count < 0 || count > blocks) throw new ArgumentOutOfRangeException(nameof(layer), layer, $"The image tower has {blocks} blocks, so layers -{blocks + 1}..{blocks}.");

        using var embedded = _embeddings.call(pixels);
        using var mask = AttentionMask.Bidirectional(null, embedded.dtype, embedded.device);
        return _encoder.Run(_inputNorm.call(embedded), mask, onHidden, count);
    }

    /// <summary>[batch, 1 + patches, hidden] -> the class token, normed: [batch, hidden]</summary>
    public Tensor Pooled(Tensor hidden)
    {
        using var first = hidden.select(1, 0);
        return _outputNorm.call(first);
    }
}
