using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Llama;

/// <summary>x + attention(norm(x)), then x + mlp(norm(x)).</summary>
public sealed class LlamaDecoderLayer : nn.Module<Tensor, ForwardContext, Tensor>
{
    [ComponentName(Name = "self_attn")] private readonly GroupedQueryAttention _attention;
    [ComponentName(Name = "mlp")] private readonly nn.Module<Tensor, Tensor> _mlp;
    [ComponentName(Name = "input_layernorm")] private readonly RmsNorm _inputNorm;
    [ComponentName(Name = "post_attention_layernorm")] private readonly RmsNorm _attentionNorm;

    /// <param name="mlp">the relative's own; Llama's if absent</param>
    public LlamaDecoderLayer(LlamaConfig config, int index, ScalarType dtype, Device device, nn.Module<Tensor, Tensor>? mlp = null)
        : base(nameof(LlamaDecoderLayer))
    {
        _attention = new GroupedQueryAttention(config.AttentionOf(index), index, dtype, device);
        _mlp = mlp ?? new GatedMlp(config.HiddenSize, config.IntermediateSize, config.Activation, config.MlpBias, dtype, device);
        _inputNorm = new RmsNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _attentionNorm = new RmsNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var input = _inputNorm.call(x);
        using var attended = _attention.call(input, context);
        using var middle = x.add(attended);
        using var normed = _attentionNorm.call(middle);
        using var transformed = _mlp.call(normed);
        return middle.add(transformed);
    }
}
