using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>
/// Causal attention with rotary positions in which groups of query heads share a key head (Ainslie et al., 2023).
/// Differs from the paper: none. Multi-head and multi-query attention are its extremes.
/// </summary>
public sealed class GroupedQueryAttention : nn.Module<Tensor, ForwardContext, Tensor>
{
    [ComponentName(Name = "q_proj")] private readonly nn.Module<Tensor, Tensor> _query;
    [ComponentName(Name = "k_proj")] private readonly nn.Module<Tensor, Tensor> _key;
    [ComponentName(Name = "v_proj")] private readonly nn.Module<Tensor, Tensor> _value;
    [ComponentName(Name = "o_proj")] private readonly nn.Module<Tensor, Tensor> _output;
    [ComponentName(Name = "q_norm")] private readonly RmsNorm? _queryNorm;
    [ComponentName(Name = "k_norm")] private readonly RmsNorm? _keyNorm;
    private readonly AttentionOptions _options;
    private readonly int _block;

    /// <param name="block">the index of the block, under which the cache keeps its keys</param>
    public GroupedQueryAttention(AttentionOptions options, int block, ScalarType dtype, Device device)
        : base(nameof(GroupedQueryAttention))
    {
        (_options, _block) = (options, block);
        _query = new Linear(options.HiddenSize, options.Heads * options.HeadWidth, options.InputBias, dtype, device);
        _key = new Linear(options.HiddenSize, options.KeyValueHeads * options.HeadWidth, options.InputBias, dtype, device);
        _value = new Linear(options.HiddenSize, options.KeyValueHeads * options.HeadWidth, options.InputBias, dtype, device);
        _output = new Linear(options.Heads * options.HeadWidth, options.HiddenSize, options.OutputBias, dtype, device);
        if (options.HeadNormEpsilon is { } epsilon)
        {
            _queryNorm = new RmsNorm(options.HeadWidth, epsilon, dtype, device, options.NormsAroundOne);
            _keyNorm = new RmsNorm(options.HeadWidth, epsilon, dtype, device, options.NormsAroundOne);
        }

        RegisterComponents();
    }

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var query = Rotated(_query, _options.Heads, _queryNorm, x, context);      // [batch, heads, positions, width]
        using var key = Rotated(_key, _options.KeyValueHeads, _keyNorm, x, context);    // [batch, key heads, positions, width]
        using var value = Heads(_value, _options.KeyValueHeads, null, x);

        using var attended = CausalAttention.Attend(query, key, value, _options, _block, context, training); // [batch, positions, heads * width]
        return _output.call(attended);
    }

    private Tensor Rotated(nn.Module<Tensor, Tensor> projection, long heads, RmsNorm? norm, Tensor x, ForwardContext context)
    {
        using var plain = Heads(projection, heads, norm, x);
        return RotaryEmbedding.Apply(plain, context.Angles(_options.Rotary, _options.RotatedWidth));
    }

    private static Tensor Heads(nn.Module<Tensor, Tensor> projection, long heads, RmsNorm? norm, Tensor x)
    {
        using var flat = projection.call(x);                                             // [batch, positions, heads * width]
        if (norm is null) return CausalAttention.Split(flat, heads);

        using var split = flat.view(x.shape[0], x.shape[1], heads, -1);
        using var normed = norm.call(split);
        return normed.transpose(1, 2);
    }
}
