using Platform.Modeling.Bert;
using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using LayerNorm = Platform.Modeling.Layers.LayerNorm;
using Linear = Platform.Modeling.Layers.Linear;

namespace Platform.Modeling.Roberta;

/// <summary>RoBERTa with the head it was pre-trained with.</summary>
public sealed class RobertaForMaskedLm : EncoderMaskedLanguageModel
{
    private readonly RobertaHead _head;

    public RobertaForMaskedLm(RobertaConfig config, ScalarType dtype, Device device)
        : this(new BertModel(config, pooled: false, dtype, device))
    {
    }

    private RobertaForMaskedLm(BertModel roberta)
        : base(roberta, "roberta", roberta.Config)
    {
        _head = new RobertaHead(roberta.Config, roberta.TokenEmbedding);
        register_module("lm_head", _head);
    }

    protected override Tensor Transform(Tensor hidden) => _head.Transform(hidden);

    protected override Tensor Decode(Tensor transformed) => _head.Decode(transformed);

    private sealed class RobertaHead : nn.Module
    {
        [ComponentName(Name = "dense")] private readonly nn.Module<Tensor, Tensor> _dense;
        [ComponentName(Name = "layer_norm")] private readonly LayerNorm _norm;
        [ComponentName(Name = "decoder")] private readonly nn.Module<Tensor, Tensor>? _decoder;
        [ComponentName(Name = "bias")] private readonly Parameter? _bias;
        private readonly VocabularyScores _scores;

        public RobertaHead(BertConfig config, TokenEmbedding embedding)
            : base(nameof(RobertaHead))
        {
            var (dtype, device) = (embedding.Weight.dtype, embedding.Weight.device);
            _dense = new Linear(config.HiddenSize, config.HiddenSize, bias: true, dtype, device);
            _norm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
            _scores = new VocabularyScores(embedding, config.TieWordEmbeddings);
            (_decoder, _bias) = (_scores.Decoder, _scores.Bias);
            RegisterComponents();
        }

        public Tensor Transform(Tensor hidden)
        {
            using var projected = _dense.call(hidden);
            using var active = nn.functional.gelu(projected); // whatever hidden_act says
            return _norm.call(active);
        }

        public Tensor Decode(Tensor transformed) => _scores.Of(transformed, _bias, _decoder);
    }
}
