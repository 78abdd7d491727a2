using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Gemma2;

/// <summary>x + norm(attention(norm(x))), then x + norm(mlp(norm(x))).</summary>
public sealed class Gemma2DecoderLayer : nn.Module<Tensor, ForwardContext, Tensor>
{
    [ComponentName(Name = "self_attn")] private readonly GroupedQueryAttention _attention;
    [ComponentName(Name = "mlp")] private readonly nn.Module<Tensor, Tensor> _mlp;
    [ComponentName(Name = "input_layernorm")] private readonly nn.Module<Tensor, Tensor> _attentionInputNorm;
    [ComponentName(Name = "post_attention_layernorm")] private readonly nn.Module<Tensor, Tensor> _attentionOutputNorm;
    [ComponentName(Name = "pre_feedforward_layernorm")] private readonly nn.Module<Tensor, Tensor> _mlpInputNorm;
    [ComponentName(Name = "post_feedforward_layernorm")] private readonly nn.Module<Tensor, Tensor> _mlpOutputNorm;

    public Gemma2DecoderLayer(Gemma2Config config, int index, ScalarType dtype, Device device)
        : base(nameof(Gemma2DecoderLayer))
    {
        _attention = new GroupedQueryAttention(config.AttentionOf(index), index, dtype, device);
        _mlp = new GatedMlp(config.HiddenSize, config.IntermediateSize, config.Activation, bias: false, dtype, device);
        _attentionInputNorm = config.CreateNorm(dtype, device);
        _attentionOutputNorm = config.CreateNorm(dtype, device);
        _mlpInputNorm = config.CreateNorm(dtype, device);
        _mlpOutputNorm = config.CreateNorm(dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var middle = Half(x, _attentionInputNorm, input => _attention.call(input, context), _attentionOutputNorm);
        return Half(middle, _mlpInputNorm, _mlp.call, _mlpOutputNorm);
    }

    private static Tensor Half(Tensor x, nn.Module<Tensor, Tensor> inputNorm, Func<Tensor, Tensor> transform, nn.Module<Tensor, Tensor> outputNorm)
    {
        using var input = inputNorm.call(x);
        using var transformed = transform(input);
        using var normed = outputNorm.call(transformed);
        return x.add(normed);
    }
}
