using Platform.Torch.Operators;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>What an attention of an encoder-decoder model looks like, and how its projections are called.</summary>
public sealed record StackAttentionOptions
{
    public required long HiddenSize { get; init; }
    public required long Heads { get; init; }
    public required long HeadWidth { get; init; }

    /// <summary>Of all four projections.</summary>
    public required AttentionNames Names { get; init; }

    /// <summary>Biases of the projections but the key's.</summary>
    public bool Bias { get; init; }

    public bool KeyBias { get; init; }

    /// <summary>Multiplies the scores; 1/√width if absent.</summary>
    public double? Scale { get; init; }

    /// <summary>The probability of dropping a weight while training.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether keys and values are the source's.</summary>
    public bool ReadsSource { get; init; }
}

/// <summary>
/// softmax(scale · query keyᵀ + mask) value per head (Vaswani et al., 2017), over the positions of a stack or over the source.
/// Differs from the paper: the scale and the biases are the family's.
/// </summary>
public sealed class StackAttention : nn.Module<Tensor, StackContext, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _query;
    private readonly nn.Module<Tensor, Tensor> _key;
    private readonly nn.Module<Tensor, Tensor> _value;
    private readonly nn.Module<Tensor, Tensor> _output;
    private readonly StackAttentionOptions _options;
    private readonly int _block;

    /// <param name="block">the index of the block, under which the cache keeps its keys</param>
    public StackAttention(StackAttentionOptions options, int block, ScalarType dtype, Device device)
        : base(nameof(StackAttention))
    {
        (_options, _block) = (options, block);
        var width = options.Heads * options.HeadWidth;
        _query = new Linear(options.HiddenSize, width, options.Bias, dtype, device);
        _key = new Linear(options.HiddenSize, width, options.KeyBias, dtype, device);
        _value = new Linear(options.HiddenSize, width, options.Bias, dtype, device);
        _output = new Linear(width, options.HiddenSize, options.Bias, dtype, device);
        register_module(options.Names.Query, _query);
        register_module(options.Names.Key, _key);
        register_module(options.Names.Value, _value);
        register_module(options.Names.Output!, _output);
    }

    public override Tensor forward(Tensor x, StackContext context) // [batch, positions, hidden]
    {
        using var query = Heads(_query, x);
        var (keys, values) = KeysAndValues(x, context);
        using (keys)
        using (values)
        {
            using var attended = Attended(query, keys, values, _options.ReadsSource ? context.OfSource! : context.Own);
            using var together = attended.transpose(1, 2);
            using var flat = together.reshape(x.shape[0], x.shape[1], -1); // [batch, positions, heads * width]
            return _output.call(flat);
        }
    }

    private (Tensor Keys, Tensor Values) KeysAndValues(Tensor x, StackContext context)
    {
        if (_options.ReadsSource)
        {
            return context.Cache is { } kept ? kept.Source(_block, OfSource) : OfSource();
            (Tensor, Tensor) OfSource() => (Heads(_key, context.Source!), Heads(_value, context.Source!));
        }

        var (key, value) = OwnKeysAndValues(x, context);
        if (context.Cache is not { } cache) return (key, value);
        using (key)
        using (value)
        {
            return cache.Decoded.Append(_block, key, value);
        }
    }

    /// <summary>The stack's own, behind those of the virtual tokens.</summary>
    private (Tensor Keys, Tensor Values) OwnKeysAndValues(Tensor x, StackContext context)
    {
        var (key, value) = (Heads(_key, x), Heads(_value, x));
        if (context.Prefix is not { } prefix) return (key, value);

        using (key)
        using (value)
        {
            return prefix[_block].Before(key, value);
        }
    }

    private Tensor Attended(Tensor query, Tensor keys, Tensor values, AttentionMask mask) =>
        mask.BlindQueries && is_grad_enabled()
            ? ExplicitAttention.ScaledDotProduct(query, keys, values, mask.Addend!, _options.Scale)
            : Attention.ScaledDotProduct(query, keys, values, mask.Addend, mask.Causal, _options.Scale, training ? _options.Dropout : 0);

    private Tensor Heads(nn.Module<Tensor, Tensor> projection, Tensor x)
    {
        using var flat = projection.call(x);               // [batch, positions, heads * width]
        return CausalAttention.Split(flat, _options.Heads); // [batch, heads, positions, width]
    }

    // A parent calls this, which would register the parts a second time, under their fields' names.
    protected override void RegisterComponents()
    {
    }
}
