using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Bloom;

/// <summary>x + attention(norm(x)), then x + mlp(norm(x)); or the sums begin with the normed x.</summary>
public sealed class BloomBlock : nn.Module<Tensor, ForwardContext, Tensor>
{
    [ComponentName(Name = "input_layernorm")] private readonly nn.Module<Tensor, Tensor> _inputNorm;
    [ComponentName(Name = "self_attention")] private readonly BloomAttention _attention;
    [ComponentName(Name = "post_attention_layernorm")] private readonly nn.Module<Tensor, Tensor> _attentionNorm;
    [ComponentName(Name = "mlp")] private readonly nn.Module<Tensor, Tensor> _mlp;
    private readonly bool _addToNormed;

    public BloomBlock(BloomConfig config, int index, ScalarType dtype, Device device)
        : base(nameof(BloomBlock))
    {
        _inputNorm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _attention = new BloomAttention(config, index, dtype, device);
        _attentionNorm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _mlp = new BloomMlp(config, dtype, device);
        _addToNormed = config.AddToNormed;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var input = _inputNorm.call(x);
        using var attended = _attention.call(input, context);
        using var middle = attended.add(_addToNormed ? input : x);
        using var normed = _attentionNorm.call(middle);
        using var transformed = _mlp.call(normed);
        return transformed.add(_addToNormed ? normed : middle);
    }
}
