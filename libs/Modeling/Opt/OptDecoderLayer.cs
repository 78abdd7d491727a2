using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Opt;

/// <summary>Attention and MLP, each added to its input; a norm stands before each, or after each sum.</summary>
public sealed class OptDecoderLayer : nn.Module<Tensor, ForwardContext, Tensor>
{
    private const double NormEpsilon = 1e-5;

    [ComponentName(Name = "self_attn")] private readonly OptAttention _attention;
    [ComponentName(Name = "self_attn_layer_norm")] private readonly nn.Module<Tensor, Tensor> _attentionNorm;
    [ComponentName(Name = "fc1")] private readonly nn.Module<Tensor, Tensor> _up;
    [ComponentName(Name = "fc2")] private readonly nn.Module<Tensor, Tensor> _down;
    [ComponentName(Name = "final_layer_norm")] private readonly nn.Module<Tensor, Tensor> _mlpNorm;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly OptConfig _config;

    public OptDecoderLayer(OptConfig config, int index, ScalarType dtype, Device device)
        : base(nameof(OptDecoderLayer))
    {
        (_config, _activation) = (config, Activations.Named(config.Activation));
        _attention = new OptAttention(config, index, dtype, device);
        _attentionNorm = Norm(config, dtype, device);
        _up = new Linear(config.HiddenSize, config.InnerSize, config.Bias, dtype, device);
        _down = new Linear(config.InnerSize, config.HiddenSize, config.Bias, dtype, device);
        _mlpNorm = Norm(config, dtype, device);
        RegisterComponents();
    }

    internal static LayerNorm Norm(OptConfig config, ScalarType dtype, Device device) => new(config.HiddenSize, NormEpsilon, dtype, device, config.AffineNorms);

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var middle = Half(x, _attentionNorm, input => _attention.call(input, context));
        return Half(middle, _mlpNorm, Mlp);
    }

    private Tensor Half(Tensor x, nn.Module<Tensor, Tensor> norm, Func<Tensor, Tensor> transform)
    {
        using var input = _config.NormBefore ? norm.call(x) : x.alias();
        using var transformed = Dropout.Of(transform(input), _config.Dropout, training);
        if (_config.NormBefore) return x.add(transformed);

        using var sum = x.add(transformed);
        return norm.call(sum);
    }

    private Tensor Mlp(Tensor x)
    {
        using var up = _up.call(x); // [..., inner]
        using var active = _activation(up);
        return _down.call(active);
    }
}
