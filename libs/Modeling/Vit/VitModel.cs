using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Vit;

/// <summary>A vision transformer without a head (Dosovitskiy et al., 2021). Differs from the paper: none.</summary>
public sealed class VitModel : ImageEncoder
{
    [ComponentName(Name = "embeddings")] private readonly VitEmbeddings _embeddings;
    [ComponentName(Name = "encoder")] private readonly EncoderStack<AttentionMask> _encoder;
    [ComponentName(Name = "layernorm")] private readonly LayerNorm _norm;
    [ComponentName(Name = "pooler")] private readonly nn.Module<Tensor, Tensor>? _pooler;

    /// <param name="pooled">whether there is a layer for <see cref="Pooled"/></param>
    public VitModel(VitConfig config, bool pooled, ScalarType dtype, Device device)
        : base(config.ClassName)
    {
        Config = config;
        _embeddings = new VitEmbeddings(config, dtype, device);
        _encoder = new EncoderStack<AttentionMask>("layer", Enumerable.Range(0, config.Layers).Select(_ => new VitLayer(config, dtype, device)));
        _norm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _pooler = pooled ? new Dense(config.HiddenSize, config.PoolerSize, config.PoolerActivation, dropout: 0, dtype, device) : null;
        RegisterComponents();
    }

    public override VitConfig Config { get; }

    public override Tensor HiddenStates(Tensor pixels, Action<Tensor>? onHidden = null)
    {
        var embedded = _embeddings.call(pixels);
        using var mask = AttentionMask.Bidirectional(null, embedded.dtype, embedded.device);
        using var hidden = _encoder.Run(embedded, mask, onHidden);
        return _norm.call(hidden);
    }

    public override Tensor Pooled(Tensor hidden) => FirstToken.Pooled(hidden, _pooler);
}
