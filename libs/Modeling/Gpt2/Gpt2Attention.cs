using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Gpt2;

/// <summary>Causal multi-head attention whose queries, keys and values come from one projection.</summary>
public sealed class Gpt2Attention : nn.Module<Tensor, ForwardContext, Tensor>
{
    [ComponentName(Name = "c_attn")] private readonly nn.Module<Tensor, Tensor> _queryKeyValue;
    [ComponentName(Name = "c_proj")] private readonly nn.Module<Tensor, Tensor> _output;
    private readonly AttentionOptions _options;
    private readonly double _dropout;
    private readonly int _block;

    public Gpt2Attention(Gpt2Config config, int block, ScalarType dtype, Device device)
        : base(nameof(Gpt2Attention))
    {
        (_options, _dropout, _block) = (config.AttentionOf(block), config.ResidualDropout, block);
        _queryKeyValue = new TransposedLinear(config.HiddenSize, 3 * config.HiddenSize, dtype, device);
        _output = new TransposedLinear(config.HiddenSize, config.HiddenSize, dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var flat = _queryKeyValue.call(x); // [batch, positions, 3 * hidden]
        var (query, key, value) = FusedHeads.Split(flat, _options.Heads, perHead: false);
        using (query)
        using (key)
        using (value)
        {
            using var attended = CausalAttention.Attend(query, key, value, _options, _block, context, training);
            return Dropout.Of(_output.call(attended), _dropout, training);
        }
    }
}
