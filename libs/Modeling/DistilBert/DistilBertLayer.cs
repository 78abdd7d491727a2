using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.DistilBert;

/// <summary>norm(x + attention(x)), then norm(x + mlp(x)): BERT's block under other names.</summary>
public sealed class DistilBertLayer : nn.Module<Tensor, AttentionMask, Tensor>
{
    [ComponentName(Name = "attention")] private readonly MultiHeadAttention _attention;
    [ComponentName(Name = "sa_layer_norm")] private readonly LayerNorm _attentionNorm;
    [ComponentName(Name = "ffn")] private readonly FeedForward _feedForward;
    [ComponentName(Name = "output_layer_norm")] private readonly LayerNorm _outputNorm;

    public DistilBertLayer(DistilBertConfig config, int block, ScalarType dtype, Device device)
        : base(nameof(DistilBertLayer))
    {
        _attention = new MultiHeadAttention(new("q_lin", "k_lin", "v_lin", "out_lin"), config.HiddenSize, config.Heads, config.AttentionDropout, dtype, device, block: block);
        _attentionNorm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _feedForward = new FeedForward(("lin1", "lin2"), config.HiddenSize, config.IntermediateSize, config.Activation, config.HiddenDropout, dtype, device);
        _outputNorm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, AttentionMask mask) // [batch, positions, hidden]
    {
        using var attended = _attention.call(x, mask);
        using var first = attended.add(x);
        using var middle = _attentionNorm.call(first);
        using var transformed = _feedForward.call(middle);
        using var second = transformed.add(middle);
        return _outputNorm.call(second);
    }
}
