using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.DistilBert;

/// <summary>DistilBERT without a head (Sanh et al., 2019): BERT without token types and pooler. Differs from the paper: none.</summary>
public sealed class DistilBertModel : TextEncoder
{
    [ComponentName(Name = "embeddings")] private readonly TextEmbeddings _embeddings;
    [ComponentName(Name = "transformer")] private readonly EncoderStack<AttentionMask> _transformer;

    public DistilBertModel(DistilBertConfig config, ScalarType dtype, Device device)
        : base(config.ClassName)
    {
        Config = config;
        _embeddings = new TextEmbeddings(
            new TextEmbeddingOptions
            {
                VocabularySize = config.VocabularySize,
                HiddenSize = config.HiddenSize,
                EmbeddingSize = config.HiddenSize,
                Positions = config.MaxPositions,
                NormEpsilon = config.NormEpsilon,
                Dropout = config.HiddenDropout,
                PaddingId = config.PadTokenId,
            },
            dtype,
            device);
        _transformer = new EncoderStack<AttentionMask>("layer", Enumerable.Range(0, config.Layers).Select(block => new DistilBertLayer(config, block, dtype, device)));
        RegisterComponents();
    }

    public override DistilBertConfig Config { get; }

    public override bool Takes(VirtualTokens tokens) => true;

    internal TokenEmbedding TokenEmbedding => _embeddings.TokenEmbedding;

    public override Tensor HiddenStates(TextInputs inputs, Action<Tensor>? onHidden = null)
    {
        using var text = new VirtualText(inputs, Virtual);
        var embedded = _embeddings.call(text.Inputs);
        using var mask = AttentionMask.Bidirectional(text.Inputs.AttentionMask, embedded, Virtual);
        return _transformer.Run(embedded, mask, onHidden);
    }

    public override Tensor Pooled(Tensor hidden, TextInputs inputs) => FirstToken.Of(hidden);

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator)
    {
        base.InitializeParameter(parameterName, parameter, generator);
        PaddingRow.Clear(parameterName, parameter, Config.PadTokenId);
        if (Config.SinusoidalPositions && parameterName.EndsWith("position_embeddings.weight", StringComparison.Ordinal)) FillWithSinusoids(parameter);
    }

    /// <summary>sin and cos of position / 10000^(2 ⌊j/2⌋ / width) in turn.</summary>
    private static void FillWithSinusoids(Tensor table) // [positions, width]
    {
        using var scope = NewDisposeScope();
        var (positions, width) = (table.shape[0], table.shape[1]);
        var pairs = arange(width, ScalarType.Float64).div(2).floor().mul(2.0 / width);
        var angles = arange(positions, ScalarType.Float64).unsqueeze(1) / full([width], 10000.0, ScalarType.Float64).pow(pairs);
        var even = arange(width, ScalarType.Int64).remainder(2).eq(0);
        table.copy_(where(even, angles.sin(), angles.cos()));
    }
}
