using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Clip;

/// <summary>CLIP's text tower, causal: the names below <c>text_model.</c> in the checkpoint.</summary>
public sealed class ClipTextTransformer : nn.Module
{
    private const long OldEnd = 2;

    [ComponentName(Name = "embeddings")] private readonly ClipTextEmbeddings _embeddings;
    [ComponentName(Name = "encoder")] private readonly EncoderStack<AttentionMask> _encoder;
    [ComponentName(Name = "final_layer_norm")] private readonly LayerNorm _norm;
    private readonly ClipTextConfig _config;

    public ClipTextTransformer(ClipTextConfig config, ScalarType dtype, Device device)
        : base(nameof(ClipTextTransformer))
    {
        _config = config;
        _embeddings = new ClipTextEmbeddings(config, dtype, device);
        _encoder = new EncoderStack<AttentionMask>("layers", Enumerable.Range(0, config.Layers).Select(_ => new ClipEncoderLayer(config, dtype, device)));
        _norm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        RegisterComponents();
    }

    /// <param name="onHidden">is shown the first block's input and every block's output, each valid during the call</param>
    /// <returns>[batch, positions, hidden] after the final norm</returns>
    public Tensor HiddenStates(TextInputs inputs, Action<Tensor>? onHidden = null)
    {
        var embedded = _embeddings.call(inputs.InputIds, inputs.PositionIds);
        using var pattern = new AttentionPattern(inputs.InputIds.shape[1], 0, inputs.AttentionMask, null, embedded.dtype, embedded.device);
        using var hidden = _encoder.Run(embedded, pattern.Mask(null), onHidden);
        return _norm.call(hidden);
    }

    /// <summary>The hidden state of the token that ends each text.</summary>
    /// <returns>[batch, hidden]</returns>
    public Tensor Pooled(Tensor hidden, Tensor inputIds)
    {
        using var scope = NewDisposeScope();
        var ends = _config.EosTokenId == OldEnd ? inputIds : inputIds.eq(_config.EosTokenId).to(ScalarType.Int32);
        var index = ends.argmax(-1).to(hidden.device).view(-1, 1, 1).expand(-1, 1, hidden.shape[2]);
        return hidden.gather(1, index).squeeze(1).MoveToOuterDisposeScope();
    }
}
