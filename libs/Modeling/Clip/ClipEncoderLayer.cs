using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Clip;

/// <summary>x + attention(norm(x)), then x + mlp(norm(x)), in both towers.</summary>
public sealed class ClipEncoderLayer : nn.Module<Tensor, AttentionMask, Tensor>
{
    [ComponentName(Name = "self_attn")] private readonly MultiHeadAttention _attention;
    [ComponentName(Name = "layer_norm1")] private readonly LayerNorm _attentionNorm;
    [ComponentName(Name = "mlp")] private readonly FeedForward _mlp;
    [ComponentName(Name = "layer_norm2")] private readonly LayerNorm _mlpNorm;

    public ClipEncoderLayer(ClipTowerConfig config, ScalarType dtype, Device device)
        : base(nameof(ClipEncoderLayer))
    {
        _attention = new MultiHeadAttention(new("q_proj", "k_proj", "v_proj", "out_proj"), config.HiddenSize, config.Heads, config.AttentionDropout, dtype, device);
        _attentionNorm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _mlp = new FeedForward(("fc1", "fc2"), config.HiddenSize, config.IntermediateSize, config.Activation, dropout: 0, dtype, device);
        _mlpNorm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, AttentionMask mask) // [batch, positions, hidden]
    {
        using var input = _attentionNorm.call(x);
        using var attended = _attention.call(input, mask);
        using var middle = x.add(attended);
        using var normed = _mlpNorm.call(middle);
        using var transformed = _mlp.call(normed);
        return middle.add(transformed);
    }
}
