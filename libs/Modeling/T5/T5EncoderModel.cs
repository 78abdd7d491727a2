using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.T5;

/// <summary>T5's encoder alone, as used for embeddings of texts.</summary>
public sealed class T5EncoderModel : TextEncoder
{
    [ComponentName(Name = "shared")] private readonly nn.Module<Tensor, Tensor> _embedding;
    [ComponentName(Name = "encoder")] private readonly T5Stack _encoder;

    public T5EncoderModel(T5Config config, ScalarType dtype, Device device)
        : base(nameof(T5EncoderModel))
    {
        Config = config;
        _embedding = new TokenEmbedding(config.VocabularySize, config.HiddenSize, dtype, device);
        _encoder = new T5Stack(config, decoder: false, dtype, device);
        RegisterComponents();
    }

    public override T5Config Config { get; }

    public override Tensor HiddenStates(TextInputs inputs, Action<Tensor>? onHidden = null) =>
        _encoder.Run(_embedding.call(inputs.InputIds), inputs.AttentionMask, onHidden: onHidden);

    public override Tensor Pooled(Tensor hidden, TextInputs inputs) =>
        throw new NotSupportedException("T5's encoder has no vector of its own for a whole text; take the mean of the hidden states of its real tokens.");

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator) =>
        T5Weights.Initialize(Config, parameterName, parameter, generator);
}
