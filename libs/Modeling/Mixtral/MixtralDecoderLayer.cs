using Platform.Modeling.Layers;
using Platform.Modeling.Layers.Experts;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Mixtral;

/// <summary>x + attention(norm(x)), then x + experts(norm(x)).</summary>
public sealed class MixtralDecoderLayer : nn.Module<Tensor, ForwardContext, Tensor>
{
    [ComponentName(Name = "self_attn")] private readonly GroupedQueryAttention _attention;
    [ComponentName(Name = "mlp")] private readonly SparseExperts _experts;
    [ComponentName(Name = "input_layernorm")] private readonly RmsNorm _inputNorm;
    [ComponentName(Name = "post_attention_layernorm")] private readonly RmsNorm _attentionNorm;

    public MixtralDecoderLayer(MixtralConfig config, int index, ScalarType dtype, Device device)
        : base(nameof(MixtralDecoderLayer))
    {
        _attention = new GroupedQueryAttention(config.AttentionOf(index), index, dtype, device);
        _experts = new SparseExperts(
            new TopKRouter(config.HiddenSize, config.Experts, config.ExpertsPerToken, dtype, device),
            new ExpertMlps(config.Experts, config.HiddenSize, config.IntermediateSize, config.Activation, dtype, device),
            index,
            config.RouterJitter);
        _inputNorm = config.CreateNorm(dtype, device);
        _attentionNorm = config.CreateNorm(dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var input = _inputNorm.call(x);
        using var attended = _attention.call(input, context);
        using var middle = x.add(attended);
        using var normed = _attentionNorm.call(middle);
        using var transformed = _experts.call(normed, context);
        return middle.add(transformed);
    }
}
