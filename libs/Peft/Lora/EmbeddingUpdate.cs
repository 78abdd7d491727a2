using Platform.Modeling.Layers;
using Platform.Peft.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.Lora;

/// <summary>A trainable update of low rank of a frozen embedding.</summary>
/// <remarks>
/// y = W[i] + s A[:, i]ᵀ Bᵀ, s as for linear layers; A [r, vocabulary] zero, B [hidden, r] standard normal.
/// Hu et al.: "LoRA: Low-Rank Adaptation of Large Language Models", 2021; embeddings as in its authors' code.
/// Differs from the paper: it adapts no embeddings. A head that is tied to the embedding is not updated while the adapter is
/// separate, and is once it is merged, as in PEFT.
/// </remarks>
public sealed class EmbeddingUpdate : LayerUpdate
{
    [ComponentName(Name = "lora_embedding_A")] private readonly Parameter _down;
    [ComponentName(Name = "lora_embedding_B")] private readonly Parameter _up;
    private readonly double _scaling;

    internal EmbeddingUpdate(TokenEmbedding layer, int rank, double scaling)
        : base(nameof(EmbeddingUpdate))
    {
        var (vocabulary, hidden, device) = (layer.Weight.shape[0], layer.Weight.shape[1], layer.Weight.device);
        _down = new Parameter(zeros(rank, vocabulary, ScalarType.Float32, device));
        _up = new Parameter(zeros(hidden, rank, ScalarType.Float32, device));
        _scaling = scaling;
        RegisterComponents();
    }

    /// <summary>A, [rank, vocabulary].</summary>
    public Parameter Down => _down;

    /// <summary>B, [hidden, rank].</summary>
    public Parameter Up => _up;

    public override IEnumerable<(string Key, Parameter Parameter)> Keys => [("lora_embedding_A", _down), ("lora_embedding_B", _up)];

    public override Tensor Forward(Tensor x, Func<Tensor, Tensor> layer) // [...] -> [..., hidden]
    {
        using var scope = NewDisposeScope();
        var y = layer(x);
        var narrow = _down.index_select(1, x.flatten());      // [rank, tokens]
        var wide = narrow.t().mm(_up.t()).mul(_scaling);      // [tokens, hidden]
        return y.add(wide.view(y.shape).to_type(y.dtype)).MoveToOuterDisposeScope();
    }

    public override void MergeInto(nn.Module<Tensor, Tensor> layer)
    {
        using var scope = NewDisposeScope();
        ((TokenEmbedding)layer).Weight.add_(_up.mm(_down).t().mul(_scaling));
    }
}
