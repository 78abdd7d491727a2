using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Llama;

/// <summary>x + attention(norm(x)), then x + mlp(norm(x)).</summary>
/// <remarks>The relatives of Llama have other attentions and MLPs in the same places.</remarks>
public sealed class LlamaDecoderLayer : nn.Module<Tensor, ForwardContext, Tensor>, IResidualBlock
{
    [ComponentName(Name = "self_attn")] private readonly nn.Module<Tensor, ForwardContext, Tensor> _attention;
    [ComponentName(Name = "mlp")] private readonly nn.Module<Tensor, Tensor> _mlp;
    [ComponentName(Name = "input_layernorm")] private readonly nn.Module<Tensor, Tensor> _inputNorm;
    [ComponentName(Name = "post_attention_layernorm")] private readonly nn.Module<Tensor, Tensor> _attentionNorm;

    public LlamaDecoderLayer(
        nn.Module<Tensor, ForwardContext, Tensor> attention, nn.Module<Tensor, Tensor> mlp, nn.Module<Tensor, Tensor> inputNorm, nn.Module<Tensor, Tensor> attentionNorm)
        : base(nameof(LlamaDecoderLayer))
    {
        (_attention, _mlp, _inputNorm, _attentionNorm) = (attention, mlp, inputNorm, attentionNorm);
        RegisterComponents();
    }

    public ResidualJoin AttentionJoin { get; } = new();

    public ResidualJoin MlpJoin { get; } = new();

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var input = _inputNorm.call(x);
        using var attended = _attention.call(input, context);
        using var middle = AttentionJoin.Of(attended, x);
        using var normed = _attentionNorm.call(middle);
        using var transformed = _mlp.call(normed);
        return MlpJoin.Of(transformed, middle);
    }
}
