using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.T5;

/// <summary>The decoder reads the text itself, shifted right; what it has made of the last end token is classified.</summary>
public sealed class T5ForSequenceClassification : SequenceClassifier
{
    [ComponentName(Name = "transformer")] private readonly T5Model _transformer;
    [ComponentName(Name = "classification_head")] private readonly T5ClassificationHead _head;

    /// <param name="config">with labels</param>
    public T5ForSequenceClassification(T5Config config, ScalarType dtype, Device device)
        : base(nameof(T5ForSequenceClassification), config.Labels ?? throw new ArgumentException("A classifier's config needs labels."))
    {
        Config = config;
        _transformer = new T5Model(config, dtype, device);
        _head = new T5ClassificationHead(config, config.Labels.Count, dtype, device);
        RegisterComponents();
    }

    public override T5Config Config { get; }

    /// <exception cref="ArgumentException">A text has no end token.</exception>
    public override Tensor Logits(TextInputs inputs, Action<Tensor>? onHidden = null)
    {
        using var scope = NewDisposeScope();
        var hidden = _transformer.Run(inputs, onHidden); // [batch, positions, hidden]
        var ends = inputs.InputIds.eq(Config.EosTokenIds[0]);
        if (!ends.any(1).all().item<bool>()) throw new ArgumentException($"Every text must hold the end token {Config.EosTokenIds[0]}, which stands for the text; one does not.");

        var places = arange(0, ends.shape[1], ScalarType.Int64, ends.device);
        var last = ends.to(ScalarType.Int64).mul(places).argmax(-1).view(-1, 1, 1).expand(-1, 1, hidden.shape[2]);
        return _head.call(hidden.gather(1, last).squeeze(1)).MoveToOuterDisposeScope();
    }

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator) =>
        T5Weights.Initialize(Config, parameterName, parameter, generator);
}

/// <summary>Encoder and decoder below a head.</summary>
internal sealed class T5Model : nn.Module
{
    [ComponentName(Name = "shared")] private readonly nn.Module<Tensor, Tensor> _embedding;
    [ComponentName(Name = "encoder")] private readonly T5Stack _encoder;
    [ComponentName(Name = "decoder")] private readonly T5Stack _decoder;
    private readonly T5Config _config;

    public T5Model(T5Config config, ScalarType dtype, Device device)
        : base(nameof(T5Model))
    {
        _config = config;
        _embedding = new TokenEmbedding(config.VocabularySize, config.HiddenSize, dtype, device);
        _encoder = new T5Stack(config, decoder: false, dtype, device);
        _decoder = new T5Stack(config, decoder: true, dtype, device);
        RegisterComponents();
    }

    /// <inheritdoc cref="SequenceClassifier.Logits"/>
    /// <returns>what the decoder makes of the text: [batch, positions, hidden]</returns>
    public Tensor Run(TextInputs inputs, Action<Tensor>? onHidden)
    {
        using var encoded = new EncodedSource(_encoder.Run(_embedding.call(inputs.InputIds), inputs.AttentionMask), inputs.AttentionMask?.alias());
        using var shifted = DecoderInputs.ShiftRight(inputs.InputIds, _config);
        return _decoder.Run(_embedding.call(shifted), null, encoded, onHidden: onHidden);
    }
}

/// <summary>out_proj(tanh(dense(x))).</summary>
internal sealed class T5ClassificationHead : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense")] private readonly nn.Module<Tensor, Tensor> _dense;
    [ComponentName(Name = "out_proj")] private readonly nn.Module<Tensor, Tensor> _out;
    private readonly double _dropout;

    public T5ClassificationHead(T5Config config, long labels, ScalarType dtype, Device device)
        : base(nameof(T5ClassificationHead))
    {
        _dense = new Linear(config.HiddenSize, config.HiddenSize, bias: true, dtype, device);
        _out = new Linear(config.HiddenSize, labels, bias: true, dtype, device);
        _dropout = config.ClassifierDropout;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) // [batch, hidden]
    {
        using var input = Dropout.Of(x.alias(), _dropout, training);
        using var dense = _dense.call(input);
        using var active = Dropout.Of(dense.tanh(), _dropout, training);
        return _out.call(active);
    }
}
