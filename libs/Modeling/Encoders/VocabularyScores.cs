using Platform.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Linear = Platform.Modeling.Layers.Linear;

namespace Platform.Modeling.Encoders;

/// <summary>
/// The end of a masked language model's head. Tied, it is the embedding's matrix and a bias beside it; else a linear layer
/// <c>decoder</c> of its own with a bias of its own, as transformers 5 stores it.
/// </summary>
internal sealed class VocabularyScores
{
    private readonly TokenEmbedding _embedding;

    public VocabularyScores(TokenEmbedding embedding, bool tied)
    {
        _embedding = embedding;
        var (weight, size) = (embedding.Weight, embedding.Weight.shape);
        if (tied) Bias = new Parameter(empty(size[0], dtype: weight.dtype, device: weight.device));
        else Decoder = new Linear(size[1], size[0], bias: true, weight.dtype, weight.device);
    }

    /// <summary>[vocabulary], if tied</summary>
    public Parameter? Bias { get; }

    /// <summary>If not tied.</summary>
    public Linear? Decoder { get; }

    /// <param name="bias">the head's field for <see cref="Bias"/></param>
    /// <param name="decoder">the head's field for <see cref="Decoder"/></param>
    public Tensor Of(Tensor x, Parameter? bias, nn.Module<Tensor, Tensor>? decoder) =>
        decoder?.call(x) ?? nn.functional.linear(x, _embedding.Weight, bias!); // [..., embedding] -> [..., vocabulary]
}
