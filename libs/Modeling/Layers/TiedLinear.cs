using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>An output head whose weight is the embedding's. It has no parameter of its own, as in a checkpoint.</summary>
public sealed class TiedLinear : Linear
{
    // Not a field of module type: the embedding must not be registered a second time.
    private readonly Func<Parameter> _weight;

    public TiedLinear(TokenEmbedding embedding)
        : base(embedding.Weight.shape[1], embedding.Weight.shape[0])
    {
        _weight = () => embedding.Weight;
        RegisterComponents();
    }

    /// <summary>A language model's head: the embedding, or a layer of its own where the config unties them.</summary>
    internal static Linear Head(LanguageModelConfig config, TokenEmbedding embedding, ScalarType dtype, Device device) => config.TieWordEmbeddings
        ? new TiedLinear(embedding)
        : new Linear(config.OutputSize, config.VocabularySize, bias: false, dtype, device);

    public override Parameter Weight => _weight();

    /// <summary>Of the embedding's weight, which this one is.</summary>
    public override WeightCopy Copy() => new([Weight]);
}
