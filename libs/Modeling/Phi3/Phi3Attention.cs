using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Phi3;

/// <summary><see cref="GroupedQueryAttention"/> with all queries, then all keys, then all values from one projection.</summary>
public sealed class Phi3Attention : nn.Module<Tensor, ForwardContext, Tensor>
{
    [ComponentName(Name = "qkv_proj")] private readonly nn.Module<Tensor, Tensor> _queryKeyValue;
    [ComponentName(Name = "o_proj")] private readonly nn.Module<Tensor, Tensor> _output;
    private readonly AttentionOptions _options;
    private readonly int _block;

    /// <param name="block">the index of the block, under which the cache keeps its keys</param>
    public Phi3Attention(AttentionOptions options, int block, ScalarType dtype, Device device)
        : base(nameof(Phi3Attention))
    {
        (_options, _block) = (options, block);
        _queryKeyValue = new Linear(options.HiddenSize, (options.Heads + 2 * options.KeyValueHeads) * options.HeadWidth, options.InputBias, dtype, device);
        _output = new Linear(options.Heads * options.HeadWidth, options.HiddenSize, options.OutputBias, dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var flat = _queryKeyValue.call(x); // [batch, positions, (heads + 2 * key heads) * width]
        using var heads = CausalAttention.Split(flat, _options.Heads + 2 * _options.KeyValueHeads);
        var angles = context.Angles(_options.Rotary, _options.RotatedWidth);
        using var queries = heads.narrow(1, 0, _options.Heads);
        using var keys = heads.narrow(1, _options.Heads, _options.KeyValueHeads);
        using var value = heads.narrow(1, _options.Heads + _options.KeyValueHeads, _options.KeyValueHeads);
        using var query = RotaryEmbedding.Apply(queries, angles);
        using var key = RotaryEmbedding.Apply(keys, angles);
        using var attended = CausalAttention.Attend(query, key, value, _options, _block, context, training);
        return _output.call(attended);
    }
}
