using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using LayerNorm = Platform.Modeling.Layers.LayerNorm;
using Linear = Platform.Modeling.Layers.Linear;

namespace Platform.Modeling.DistilBert;

/// <summary>DistilBERT with the head it was distilled with.</summary>
public sealed class DistilBertForMaskedLm : EncoderMaskedLanguageModel
{
    private readonly nn.Module<Tensor, Tensor> _transform;
    private readonly LayerNorm _norm;
    private readonly nn.Module<Tensor, Tensor> _projector;
    private readonly Func<Tensor, Tensor> _activation;

    public DistilBertForMaskedLm(DistilBertConfig config, ScalarType dtype, Device device)
        : this(new DistilBertModel(config, dtype, device), dtype, device)
    {
    }

    private DistilBertForMaskedLm(DistilBertModel distilBert, ScalarType dtype, Device device)
        : base(distilBert, "distilbert", distilBert.Config)
    {
        var config = distilBert.Config;
        _transform = new Linear(config.HiddenSize, config.HiddenSize, bias: true, dtype, device);
        _norm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _projector = config.TieWordEmbeddings
            ? new TiedProjector(distilBert.TokenEmbedding)
            : new Linear(config.HiddenSize, config.VocabularySize, bias: true, dtype, device);
        _activation = Activations.Named(config.Activation);
        register_module("vocab_transform", _transform);
        register_module("vocab_layer_norm", _norm);
        register_module("vocab_projector", _projector);
    }

    protected override Tensor Transform(Tensor hidden)
    {
        using var projected = _transform.call(hidden);
        using var active = _activation(projected);
        return _norm.call(active);
    }

    protected override Tensor Decode(Tensor transformed) => _projector.call(transformed);

    /// <summary>The embedding's matrix and a bias of its own.</summary>
    private sealed class TiedProjector : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "bias")] private readonly Parameter _bias; // [vocabulary]
        private readonly Func<Parameter> _weight; // no module: the embedding must not be registered a second time

        public TiedProjector(TokenEmbedding embedding)
            : base(nameof(TiedProjector))
        {
            _weight = () => embedding.Weight;
            _bias = new Parameter(empty(embedding.Weight.shape[0], dtype: embedding.Weight.dtype, device: embedding.Weight.device));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => nn.functional.linear(x, _weight(), _bias);
    }
}
