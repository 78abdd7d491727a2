using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Gpt2;

/// <summary>x + attention(norm(x)), then x + mlp(norm(x)).</summary>
public sealed class Gpt2Block : nn.Module<Tensor, ForwardContext, Tensor>, IResidualBlock
{
    [ComponentName(Name = "ln_1")] private readonly nn.Module<Tensor, Tensor> _inputNorm;
    [ComponentName(Name = "attn")] private readonly Gpt2Attention _attention;
    [ComponentName(Name = "ln_2")] private readonly nn.Module<Tensor, Tensor> _attentionNorm;
    [ComponentName(Name = "mlp")] private readonly nn.Module<Tensor, Tensor> _mlp;

    public Gpt2Block(Gpt2Config config, int index, ScalarType dtype, Device device)
        : base(nameof(Gpt2Block))
    {
        _inputNorm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _attention = new Gpt2Attention(config, index, dtype, device);
        _attentionNorm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _mlp = new Gpt2Mlp(config, dtype, device);
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
