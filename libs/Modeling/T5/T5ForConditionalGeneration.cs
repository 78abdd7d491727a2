using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.T5;

/// <summary>T5 (Raffel et al., 2020), its version 1.1 and mT5: what differs between them is in the config. Created without values.</summary>
public sealed class T5ForConditionalGeneration : Seq2SeqModel
{
    [ComponentName(Name = "shared")] private readonly nn.Module<Tensor, Tensor> _embedding;
    [ComponentName(Name = "encoder")] private readonly T5Stack _encoder;
    [ComponentName(Name = "decoder")] private readonly T5Stack _decoder;
    [ComponentName(Name = "lm_head")] private readonly nn.Module<Tensor, Tensor> _head;
    private readonly TokenEmbedding _tokens;

    public T5ForConditionalGeneration(T5Config config, ScalarType dtype, Device device)
        : base(nameof(T5ForConditionalGeneration))
    {
        Config = config;
        _tokens = new TokenEmbedding(config.VocabularySize, config.HiddenSize, dtype, device);
        _embedding = _tokens;
        _encoder = new T5Stack(config, decoder: false, dtype, device);
        _decoder = new T5Stack(config, decoder: true, dtype, device);
        _head = config.TieWordEmbeddings
            ? new TiedLinear(_tokens)
            : new Linear(config.HiddenSize, config.VocabularySize, bias: false, dtype, device);
        RegisterComponents();
    }

    public override T5Config Config { get; }

    public override ScalarType Dtype => _tokens.Weight.dtype;

    public override Device Device => _tokens.Weight.device;

    public override bool Takes(VirtualTokens tokens) => true;

    public override EncodedSource Encode(SourceInputs source, Action<Tensor>? onHidden = null)
    {
        // Virtual inputs stand before the source, virtual keys before those of the decoder.
        using var text = new VirtualText(new TextInputs(source.Values, source.AttentionMask), Virtual as VirtualInputs);
        var mask = text.Inputs.AttentionMask;
        return new(_encoder.Run(_embedding.call(text.Inputs.InputIds), mask, onHidden: onHidden), mask?.alias());
    }

    public override Tensor Decode(
        Tensor inputIds, EncodedSource source, Tensor? attentionMask = null, EncoderDecoderCache? cache = null, Action<Tensor>? onHidden = null)
    {
        var hidden = _decoder.Run(_embedding.call(inputIds), attentionMask, source, cache, onHidden, Virtual as VirtualKeys);
        if (Config.ScaleDecoderOutputs)
        {
            using var unscaled = hidden;
            hidden = unscaled.mul(1 / Math.Sqrt(Config.HiddenSize));
        }

        onHidden?.Invoke(hidden);
        return hidden;
    }

    public override Tensor Head(Tensor hidden) => _head.call(hidden);

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator) =>
        T5Weights.Initialize(Config, parameterName, parameter, generator);
}
