using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Opt;

/// <summary>Causal multi-head attention that knows no positions.</summary>
public sealed class OptAttention : nn.Module<Tensor, ForwardContext, Tensor>
{
    [ComponentName(Name = "k_proj")] private readonly nn.Module<Tensor, Tensor> _key;
    [ComponentName(Name = "v_proj")] private readonly nn.Module<Tensor, Tensor> _value;
    [ComponentName(Name = "q_proj")] private readonly nn.Module<Tensor, Tensor> _query;
    [ComponentName(Name = "out_proj")] private readonly nn.Module<Tensor, Tensor> _output;
    private readonly AttentionOptions _options;
    private readonly int _block;

    public OptAttention(OptConfig config, int block, ScalarType dtype, Device device)
        : base(nameof(OptAttention))
    {
        (_options, _block) = (config.Attention, block);
        _key = Projection();
        _value = Projection();
        _query = Projection();
        _output = Projection();
        RegisterComponents();

        Linear Projection() => new(config.HiddenSize, config.HiddenSize, config.Bias, dtype, device);
    }

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var query = Heads(_query, x);
        using var key = Heads(_key, x);
        using var value = Heads(_value, x);
        using var attended = CausalAttention.Attend(query, key, value, _options, _block, context, training);
        return _output.call(attended);
    }

    private Tensor Heads(nn.Module<Tensor, Tensor> projection, Tensor x) // [batch, heads, positions, width]
    {
        using var flat = projection.call(x);
        return CausalAttention.Split(flat, _options.Heads);
    }
}
