using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Deberta;

/// <summary>
/// DeBERTa-v2 and v3 without a head (He et al., 2021). Differs from the paper: no enhanced mask decoder, as in transformers.
/// </summary>
public sealed class DebertaModel : TextEncoder
{
    [ComponentName(Name = "embeddings")] private readonly TextEmbeddings _embeddings;
    [ComponentName(Name = "encoder")] private readonly DebertaEncoder _encoder;

    public DebertaModel(DebertaConfig config, ScalarType dtype, Device device)
        : base(config.ClassName)
    {
        Config = config;
        _embeddings = new TextEmbeddings(
            new TextEmbeddingOptions
            {
                VocabularySize = config.VocabularySize,
                HiddenSize = config.HiddenSize,
                EmbeddingSize = config.EmbeddingSize,
                Positions = config.PositionBiasedInput ? config.MaxPositions : 0,
                Types = config.TypeVocabularySize,
                NormEpsilon = config.NormEpsilon,
                Dropout = config.HiddenDropout,
                PaddingId = config.PadTokenId,
            },
            dtype,
            device);
        _encoder = new DebertaEncoder(config, dtype, device);
        RegisterComponents();
    }

    public override DebertaConfig Config { get; }

    internal TokenEmbedding TokenEmbedding => _embeddings.TokenEmbedding;

    public override Tensor HiddenStates(TextInputs inputs, Action<Tensor>? onHidden = null)
    {
        var embedded = _embeddings.call(inputs);
        if (inputs.AttentionMask is null) return _encoder.Run(embedded, null, onHidden);

        using (embedded)
        {
            using var real = inputs.AttentionMask.unsqueeze(-1);
            using var factors = real.to(embedded.dtype, embedded.device);
            return _encoder.Run(embedded.mul(factors), inputs.AttentionMask, onHidden);
        }
    }

    public override Tensor Pooled(Tensor hidden, TextInputs inputs) => FirstToken.Of(hidden);

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator)
    {
        base.InitializeParameter(parameterName, parameter, generator);
        PaddingRow.Clear(parameterName, parameter, Config.PadTokenId);
    }
}
