using Platform.Modeling.Encoders;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Deberta;

/// <summary>DeBERTa-v2 with a head for masked tokens: BERT's in configs that say <c>legacy</c>, else the one of the published weights.</summary>
public sealed class DebertaForMaskedLm : EncoderMaskedLanguageModel
{
    private readonly PredictionHead? _legacy;
    private readonly PublishedHead? _published;

    public DebertaForMaskedLm(DebertaConfig config, ScalarType dtype, Device device)
        : this(new DebertaModel(config, dtype, device))
    {
    }

    private DebertaForMaskedLm(DebertaModel deberta)
        : base(deberta, "deberta", deberta.Config)
    {
        if (deberta.Config.Legacy) register_module("cls", _legacy = new PredictionHead(deberta.Config, deberta.TokenEmbedding));
        else register_module("lm_predictions", _published = new PublishedHead(deberta));
    }

    protected override Tensor Transform(Tensor hidden) => _legacy?.Transform(hidden) ?? _published!.Head.Transform(hidden);

    protected override Tensor Decode(Tensor transformed) => _legacy?.Decode(transformed) ?? _published!.Head.Decode(transformed);

    private sealed class PublishedHead : nn.Module
    {
        [ComponentName(Name = "lm_head")] private readonly VocabularyHead _head;

        public PublishedHead(DebertaModel deberta)
            : base(nameof(PublishedHead))
        {
            _head = new VocabularyHead(deberta);
            RegisterComponents();
        }

        public VocabularyHead Head => _head;
    }

    /// <summary>Always scores with the embedding's matrix, whether weights are tied or not.</summary>
    private sealed class VocabularyHead : nn.Module
    {
        [ComponentName(Name = "dense")] private readonly nn.Module<Tensor, Tensor> _dense;
        [ComponentName(Name = "LayerNorm")] private readonly Layers.LayerNorm _norm;
        [ComponentName(Name = "bias")] private readonly Parameter? _bias;
        private readonly VocabularyScores _scores;
        private readonly Func<Tensor, Tensor> _activation;

        public VocabularyHead(DebertaModel deberta)
            : base(nameof(VocabularyHead))
        {
            var (config, weight) = (deberta.Config, deberta.TokenEmbedding.Weight);
            _dense = new Layers.Linear(config.HiddenSize, config.HiddenSize, bias: true, weight.dtype, weight.device);
            _norm = new Layers.LayerNorm(config.HiddenSize, config.NormEpsilon, weight.dtype, weight.device);
            _scores = new VocabularyScores(deberta.TokenEmbedding, tied: true);
            _activation = Layers.Activations.Named(config.Activation);
            _bias = _scores.Bias;
            RegisterComponents();
        }

        public Tensor Transform(Tensor hidden)
        {
            using var projected = _dense.call(hidden);
            using var active = _activation(projected);
            return _norm.call(active);
        }

        public Tensor Decode(Tensor transformed) => _scores.Of(transformed, _bias, null);
    }
}
