using Platform.Modeling.Layers;
using Platform.Peft.Layers;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.Lora;

/// <summary>Some rows of an embedding, trained while the others stay: for tokens that are new to the model.</summary>
/// <remarks>
/// W'[t] = D[k] where t is the k-th of the chosen tokens, W'[t] = W[t] elsewhere; D begins as those rows of W.
/// No paper; PEFT calls it trainable tokens. Differs from PEFT: none.
/// </remarks>
public sealed class TokenRowsUpdate : LayerUpdate
{
    private readonly Tensor _tokens; // [chosen]
    private readonly bool _owner;

    /// <param name="tokens">in the order of the rows</param>
    internal TokenRowsUpdate(TokenEmbedding embedding, IReadOnlyList<int> tokens)
        : base(nameof(TokenRowsUpdate))
    {
        using var noGradients = no_grad();
        _tokens = tensor(tokens.Select(token => (long)token).ToArray(), device: embedding.Weight.device);
        _owner = true;
        using var rows = embedding.Weight.detach().index_select(0, _tokens);
        Rows = new Parameter(rows.to_type(ScalarType.Float32, copy: true));
        register_buffer("tokens", _tokens, persistent: false);
        register_parameter("trainable_tokens_delta", Rows);
    }

    /// <summary>The same rows in a head that is tied to the embedding.</summary>
    internal TokenRowsUpdate(TokenRowsUpdate ofEmbedding)
        : base(nameof(TokenRowsUpdate)) => (_tokens, Rows) = (ofEmbedding._tokens, ofEmbedding.Rows);

    /// <summary>D of the formula, [chosen, hidden]: whole rows, not differences.</summary>
    public Parameter Rows { get; }

    public override IEnumerable<(string Key, Parameter Parameter)> Keys => _owner ? [("token_adapter.trainable_tokens_delta", Rows)] : [];

    public override Tensor Forward(Tensor x, Func<Tensor, Tensor> layer)
    {
        using var scope = NewDisposeScope();
        var y = layer(x);
        return (_owner ? Looked(x, y) : Scored(x, y)).MoveToOuterDisposeScope();
    }

    public override void MergeInto(nn.Module<Tensor, Tensor> layer)
    {
        if (!_owner) return; // the head's weight is the embedding's
        using var rows = Rows.to_type(((TokenEmbedding)layer).Weight.dtype);
        ((TokenEmbedding)layer).Weight.index_copy_(0, _tokens, rows);
    }

    private Tensor Looked(Tensor ids, Tensor y) // [...], [..., hidden]
    {
        var same = ids.unsqueeze(-1).eq(_tokens);                                        // [..., chosen]
        var which = same.to_type(ScalarType.Int64).argmax(-1).flatten();
        var rows = Rows.index_select(0, which).to_type(y.dtype).view(y.shape);
        return where(same.any(-1, keepdim: true), rows, y);
    }

    private Tensor Scored(Tensor x, Tensor y) => // [..., hidden], [..., vocabulary]
        y.index_copy(y.dim() - 1, _tokens, nn.functional.linear(x, Rows.to_type(x.dtype)).to_type(y.dtype));
}
