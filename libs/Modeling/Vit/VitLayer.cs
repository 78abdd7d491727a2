using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Vit;

/// <summary>x + attention(norm(x)), then x + mlp(norm(x)).</summary>
public sealed class VitLayer : nn.Module<Tensor, AttentionMask, Tensor>
{
    [ComponentName(Name = "attention")] private readonly VitAttention _attention;
    [ComponentName(Name = "intermediate")] private readonly Dense _intermediate;
    [ComponentName(Name = "output")] private readonly Dense _output;
    [ComponentName(Name = "layernorm_before")] private readonly LayerNorm _attentionNorm;
    [ComponentName(Name = "layernorm_after")] private readonly LayerNorm _mlpNorm;

    public VitLayer(VitConfig config, ScalarType dtype, Device device)
        : base(nameof(VitLayer))
    {
        _attention = new VitAttention(config, dtype, device);
        _intermediate = new Dense(config.HiddenSize, config.IntermediateSize, config.Activation, dropout: 0, dtype, device);
        _output = new Dense(config.IntermediateSize, config.HiddenSize, activation: null, config.HiddenDropout, dtype, device);
        _attentionNorm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _mlpNorm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, AttentionMask mask) // [batch, tokens, hidden]
    {
        using var input = _attentionNorm.call(x);
        using var attended = _attention.call(input, mask);
        using var middle = x.add(attended);
        using var normed = _mlpNorm.call(middle);
        using var wide = _intermediate.call(normed);
        using var narrow = _output.call(wide);
        return middle.add(narrow);
    }

    private sealed class VitAttention : nn.Module<Tensor, AttentionMask, Tensor>
    {
        [ComponentName(Name = "attention")] private readonly MultiHeadAttention _attention;
        [ComponentName(Name = "output")] private readonly Dense _output;

        public VitAttention(VitConfig config, ScalarType dtype, Device device)
            : base(nameof(VitAttention))
        {
            _attention = new MultiHeadAttention(new("query", "key", "value"), config.HiddenSize, config.Heads, config.AttentionDropout, dtype, device, config.InputBias);
            _output = new Dense(config.HiddenSize, config.HiddenSize, activation: null, config.HiddenDropout, dtype, device);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x, AttentionMask mask)
        {
            using var attended = _attention.call(x, mask);
            return _output.call(attended);
        }
    }
}
