using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Bloom;

/// <summary>Causal multi-head attention whose query, key and value of a head lie beside each other in one projection. Positions come from <see cref="Alibi"/>.</summary>
public sealed class BloomAttention : nn.Module<Tensor, ForwardContext, Tensor>
{
    [ComponentName(Name = "query_key_value")] private readonly nn.Module<Tensor, Tensor> _queryKeyValue;
    [ComponentName(Name = "dense")] private readonly nn.Module<Tensor, Tensor> _output;
    private readonly AttentionOptions _options;
    private readonly double _dropout;
    private readonly int _block;

    public BloomAttention(BloomConfig config, int block, ScalarType dtype, Device device)
        : base(nameof(BloomAttention))
    {
        (_options, _dropout, _block) = (config.Attention, config.HiddenDropout, block);
        _queryKeyValue = new Linear(config.HiddenSize, 3 * config.HiddenSize, bias: true, dtype, device);
        _output = new Linear(config.HiddenSize, config.HiddenSize, bias: true, dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var flat = _queryKeyValue.call(x); // [batch, positions, heads * 3 * width]
        var (query, key, value) = FusedHeads.Split(flat, _options.Heads, perHead: true);
        using (query)
        using (key)
        using (value)
        {
            using var attended = CausalAttention.Attend(query, key, value, _options, _block, context, training);
            return Dropout.Of(_output.call(attended), _dropout, training);
        }
    }
}
