using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Glm4;

/// <summary>x + norm(attention(norm(x))), then x + norm(mlp(norm(x))).</summary>
public sealed class Glm4DecoderLayer : nn.Module<Tensor, ForwardContext, Tensor>
{
    [ComponentName(Name = "self_attn")] private readonly GroupedQueryAttention _attention;
    [ComponentName(Name = "mlp")] private readonly FusedGatedMlp _mlp;
    [ComponentName(Name = "input_layernorm")] private readonly RmsNorm _inputNorm;
    [ComponentName(Name = "post_attention_layernorm")] private readonly RmsNorm _mlpInputNorm;
    [ComponentName(Name = "post_self_attn_layernorm")] private readonly RmsNorm _attentionOutputNorm;
    [ComponentName(Name = "post_mlp_layernorm")] private readonly RmsNorm _mlpOutputNorm;

    public Glm4DecoderLayer(Glm4Config config, int index, ScalarType dtype, Device device)
        : base(nameof(Glm4DecoderLayer))
    {
        _attention = new GroupedQueryAttention(config.AttentionOf(index), index, dtype, device);
        _mlp = new FusedGatedMlp(config.HiddenSize, config.IntermediateSize, config.Activation, bias: false, dtype, device);
        _inputNorm = config.CreateNorm(dtype, device);
        _mlpInputNorm = config.CreateNorm(dtype, device);
        _attentionOutputNorm = config.CreateNorm(dtype, device);
        _mlpOutputNorm = config.CreateNorm(dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var input = _inputNorm.call(x);
        using var attended = _attention.call(input, context);
        using var attendedNormed = _attentionOutputNorm.call(attended);
        using var middle = x.add(attendedNormed);
        using var mlpInput = _mlpInputNorm.call(middle);
        using var transformed = _mlp.call(mlpInput);
        using var transformedNormed = _mlpOutputNorm.call(transformed);
        return middle.add(transformedNormed);
    }
}
