using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Bert;

/// <summary>
/// BERT without a head (Devlin et al., 2019), and RoBERTa (Liu et al., 2019), which differs in how positions count. Differs from the
/// paper: none.
/// </summary>
public sealed class BertModel : TextEncoder
{
    [ComponentName(Name = "embeddings")] private readonly TextEmbeddings _embeddings;
    [ComponentName(Name = "encoder")] private readonly EncoderStack<AttentionMask> _encoder;
    [ComponentName(Name = "pooler")] private readonly nn.Module<Tensor, Tensor>? _pooler;

    /// <param name="pooled">whether there is a layer for <see cref="Pooled"/></param>
    public BertModel(BertConfig config, bool pooled, ScalarType dtype, Device device)
        : base(config.ClassName)
    {
        Config = config;
        _embeddings = new TextEmbeddings(config.Embeddings, dtype, device);
        _encoder = new EncoderStack<AttentionMask>("layer", Enumerable.Range(0, config.Layers).Select(block => new PostNormLayer<AttentionMask>(
            new MultiHeadAttention(new("query", "key", "value"), config.HiddenSize, config.Heads, config.AttentionDropout, dtype, device, block: block), config, dtype, device)));
        _pooler = pooled ? new Dense(config.HiddenSize, config.HiddenSize, "tanh", dropout: 0, dtype, device) : null;
        RegisterComponents();
    }

    public override BertConfig Config { get; }

    public override bool Takes(VirtualTokens tokens) => true;

    internal TokenEmbedding TokenEmbedding => _embeddings.TokenEmbedding;

    public override Tensor HiddenStates(TextInputs inputs, Action<Tensor>? onHidden = null)
    {
        using var text = new VirtualText(inputs, Virtual);
        var embedded = _embeddings.call(text.Inputs);
        using var mask = AttentionMask.Bidirectional(text.Inputs.AttentionMask, embedded, Virtual);
        return _encoder.Run(embedded, mask, onHidden);
    }

    public override Tensor Pooled(Tensor hidden, TextInputs inputs) => FirstToken.Pooled(hidden, _pooler);

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator)
    {
        base.InitializeParameter(parameterName, parameter, generator);
        PaddingRow.Clear(parameterName, parameter, Config.PadTokenId);
    }
}
