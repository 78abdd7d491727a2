using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Whisper;

/// <summary>Whisper (Radford et al., 2022): log-mel features of a sound in, its transcript or translation out. Created without values.</summary>
public sealed class WhisperForConditionalGeneration : Seq2SeqModel
{
    [ComponentName(Name = "model")] private readonly WhisperModel _model;
    [ComponentName(Name = "proj_out")] private readonly nn.Module<Tensor, Tensor> _head;

    public WhisperForConditionalGeneration(WhisperConfig config, ScalarType dtype, Device device)
        : base(nameof(WhisperForConditionalGeneration))
    {
        Config = config;
        _model = new WhisperModel(config, dtype, device);
        _head = config.TieWordEmbeddings
            ? new TiedLinear(_model.Decoder.TokenEmbedding)
            : new Linear(config.HiddenSize, config.VocabularySize, bias: false, dtype, device);
        RegisterComponents();
    }

    public override WhisperConfig Config { get; }

    public override ScalarType Dtype => _model.Decoder.TokenEmbedding.Weight.dtype;

    public override Device Device => _model.Decoder.TokenEmbedding.Weight.device;

    public override EncodedSource Encode(SourceInputs source, Action<Tensor>? onHidden = null) => new(_model.Encoder.Run(source.Values, onHidden), null);

    public override Tensor Decode(
        Tensor inputIds, EncodedSource source, Tensor? attentionMask = null, EncoderDecoderCache? cache = null, Action<Tensor>? onHidden = null)
    {
        var hidden = _model.Decoder.Run(inputIds, source, attentionMask, cache, onHidden);
        onHidden?.Invoke(hidden);
        return hidden;
    }

    public override Tensor Head(Tensor hidden) => _head.call(hidden);

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator)
    {
        if (WhisperFamily.IsSinusoids(parameterName)) Sinusoids.Fill(parameter);
        else base.InitializeParameter(parameterName, parameter, generator);
    }
}
