using Platform.Torch.Dispatch;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>Looks up the rows of token ids, or of positions.</summary>
public sealed class TokenEmbedding : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight; // [vocabulary, hidden]
    private readonly bool _positions;
    private readonly long _paddingId;

    /// <param name="positions">whether positions are looked up, not tokens</param>
    /// <param name="paddingId">an id whose row is not trained by looking it up; null: all are</param>
    public TokenEmbedding(long vocabularySize, long hiddenSize, ScalarType dtype, Device device, bool positions = false, long? paddingId = null)
        : base(nameof(TokenEmbedding))
    {
        (_positions, _paddingId) = (positions, paddingId is { } id && id < vocabularySize ? id : -1);
        _weight = new Parameter(empty(vocabularySize, hiddenSize, dtype: dtype, device: device));
        RegisterComponents();
    }

    /// <summary>[vocabulary, hidden]</summary>
    public Parameter Weight => _weight;

    /// <exception cref="ArgumentOutOfRangeException">An id is negative or not below the vocabulary's size.</exception>
    public override Tensor forward(Tensor ids) // [...] -> [..., hidden]
    {
        try
        {
            return Dispatcher.Operator("aten::embedding").Tensor(_weight).Tensor(ids)
                .Int(_paddingId) // padding_idx; -1: none
                .Bool(false)     // scale_grad_by_freq
                .Bool(false)     // sparse
                .InvokeForTensor();
        }
        catch (InvalidOperationException) when (Outside(ids) is { } id)
        {
            throw new ArgumentOutOfRangeException(nameof(ids), _positions
                ? $"Position {id} is outside 0..{_weight.shape[0] - 1}: the input is longer than the model's learned positions; shorten it."
                : $"Token id {id} is outside 0..{_weight.shape[0] - 1}: the tokenizer does not belong to this model.");
        }
    }

    private long? Outside(Tensor ids)
    {
        using var scope = NewDisposeScope();
        var (least, most) = (ids.min().ToInt64(), ids.max().ToInt64());
        return least < 0 ? least : most >= _weight.shape[0] ? most : null;
    }
}
