using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>BERT's head for masked tokens, also that of the older DeBERTa-v2: the names below <c>cls.</c> in the checkpoint.</summary>
public sealed class PredictionHead : nn.Module
{
    [ComponentName(Name = "predictions")] private readonly Predictions _predictions;

    public PredictionHead(TextEncoderConfig config, TokenEmbedding embedding)
        : base(nameof(PredictionHead))
    {
        _predictions = new Predictions(config, embedding);
        RegisterComponents();
    }

    public Tensor Transform(Tensor hidden) => _predictions.Transform(hidden);

    public Tensor Decode(Tensor transformed) => _predictions.Decode(transformed);

    private sealed class Predictions : nn.Module
    {
        [ComponentName(Name = "transform")] private readonly PredictionTransform _transform;
        [ComponentName(Name = "decoder")] private readonly nn.Module<Tensor, Tensor>? _decoder;
        [ComponentName(Name = "bias")] private readonly Parameter? _bias;
        private readonly VocabularyScores _scores;

        public Predictions(TextEncoderConfig config, TokenEmbedding embedding)
            : base(nameof(Predictions))
        {
            _transform = new PredictionTransform(config, embedding.Weight.shape[1], embedding.Weight.dtype, embedding.Weight.device);
            _scores = new VocabularyScores(embedding, config.TieWordEmbeddings);
            (_decoder, _bias) = (_scores.Decoder, _scores.Bias);
            RegisterComponents();
        }

        public Tensor Transform(Tensor hidden) => _transform.call(hidden);

        public Tensor Decode(Tensor transformed) => _scores.Of(transformed, _bias, _decoder);
    }
}
