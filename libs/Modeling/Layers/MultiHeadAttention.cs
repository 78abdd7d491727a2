using Platform.Torch.Operators;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>What a family calls the projections of its attention. Without a name for the output the layer ends before it.</summary>
public sealed record AttentionNames(string Query, string Key, string Value, string? Output = null);

/// <summary>
/// softmax(query keyᵀ / √width + mask) value over several heads (Vaswani et al., 2017), of the encoders that look both ways and of
/// those towers that do not. Differs from the paper: biases.
/// </summary>
public sealed class MultiHeadAttention : nn.Module<Tensor, AttentionMask, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _query;
    private readonly nn.Module<Tensor, Tensor> _key;
    private readonly nn.Module<Tensor, Tensor> _value;
    private readonly nn.Module<Tensor, Tensor>? _output;
    private readonly long _heads;
    private readonly double _dropout;
    private readonly int _block;

    /// <param name="inputBias">biases of queries, keys and values</param>
    /// <param name="dropout">the probability of dropping a weight while training</param>
    /// <param name="block">the index of the block, by which it finds what stands before its keys</param>
    public MultiHeadAttention(
        AttentionNames names, long hiddenSize, long heads, double dropout, ScalarType dtype, Device device, bool inputBias = true, int block = 0)
        : base(nameof(MultiHeadAttention))
    {
        (_heads, _dropout, _block) = (heads, dropout, block);
        _query = new Linear(hiddenSize, hiddenSize, inputBias, dtype, device);
        _key = new Linear(hiddenSize, hiddenSize, inputBias, dtype, device);
        _value = new Linear(hiddenSize, hiddenSize, inputBias, dtype, device);
        register_module(names.Query, _query);
        register_module(names.Key, _key);
        register_module(names.Value, _value);
        if (names.Output is null) return;

        _output = new Linear(hiddenSize, hiddenSize, bias: true, dtype, device);
        register_module(names.Output, _output);
    }

    public override Tensor forward(Tensor x, AttentionMask mask) // [batch, positions, hidden]
    {
        using var query = Split(_query, x);                             // [batch, heads, positions, width]
        using var ownKey = Split(_key, x);
        using var ownValue = Split(_value, x);
        var (key, value) = mask.Prefix?[_block].Before(ownKey, ownValue) ?? (ownKey.alias(), ownValue.alias());
        using var keys = key;
        using var values = value;

        // Where a text is nothing but padding no weight is dropped: that path has gradients, but no dropout.
        using var attended = mask.BlindQueries && is_grad_enabled()
            ? ExplicitAttention.ScaledDotProduct(query, keys, values, mask.Addend!)
            : Attention.ScaledDotProduct(query, keys, values, mask.Addend, mask.Causal, dropout: training ? _dropout : 0);
        using var together = attended.transpose(1, 2);
        var flat = together.reshape(x.shape);                           // [batch, positions, hidden]
        if (_output is null) return flat;

        using (flat) return _output.call(flat);
    }

    private Tensor Split(nn.Module<Tensor, Tensor> projection, Tensor x)
    {
        using var flat = projection.call(x);
        using var split = flat.view(x.shape[0], x.shape[1], _heads, -1);
        return split.transpose(1, 2);
    }

    // A parent calls this, which would register the projections a second time, under their fields' names.
    protected override void RegisterComponents()
    {
    }
}
