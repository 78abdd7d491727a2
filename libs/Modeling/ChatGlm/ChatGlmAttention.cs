using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.ChatGlm;

/// <summary>
/// Grouped-query attention with one projection for queries, keys and values: all queries, then the groups' keys, then their values.
/// Where every head has its own key, the projection holds query, key and value of the first head, then of the second, and so on.
/// </summary>
public sealed class ChatGlmAttention : nn.Module<Tensor, ForwardContext, Tensor>
{
    [ComponentName(Name = "query_key_value")] private readonly nn.Module<Tensor, Tensor> _fused;
    [ComponentName(Name = "dense")] private readonly nn.Module<Tensor, Tensor> _output;
    private readonly AttentionOptions _options;
    private readonly bool _grouped;
    private readonly int _block;

    public ChatGlmAttention(ChatGlmConfig config, int block, ScalarType dtype, Device device)
        : base(nameof(ChatGlmAttention))
    {
        (_options, _grouped, _block) = (config.Attention, config.Groups is not null, block);
        var width = _options.HeadWidth * (_options.Heads + 2 * _options.KeyValueHeads);
        _fused = new Linear(_options.HiddenSize, width, _options.InputBias, dtype, device);
        _output = new Linear(_options.HeadWidth * _options.Heads, _options.HiddenSize, _options.OutputBias, dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var fused = _fused.call(x);
        var parts = _grouped ? Groups(fused) : HeadByHead(fused);              // [batch, heads, positions, width] each
        using var plainQuery = parts[0];
        using var plainKey = parts[1];
        using var value = parts[2];
        var angles = context.Angles(_options.Rotary, _options.RotatedWidth);
        using var query = RotaryEmbedding.Apply(plainQuery, angles);
        using var key = RotaryEmbedding.Apply(plainKey, angles);
        using var attended = CausalAttention.Attend(query, key, value, _options, _block, context, training);
        return _output.call(attended);
    }

    private Tensor[] Groups(Tensor fused)
    {
        var (queries, keys) = (_options.Heads * _options.HeadWidth, _options.KeyValueHeads * _options.HeadWidth);
        using var query = fused.narrow(-1, 0, queries);
        using var key = fused.narrow(-1, queries, keys);
        using var value = fused.narrow(-1, queries + keys, keys);
        return [CausalAttention.Split(query, _options.Heads), CausalAttention.Split(key, _options.KeyValueHeads), CausalAttention.Split(value, _options.KeyValueHeads)];
    }

    private Tensor[] HeadByHead(Tensor fused)
    {
        using var heads = CausalAttention.Split(fused, _options.Heads);        // [batch, heads, positions, 3 * width]
        return heads.chunk(3, -1);
    }
}
