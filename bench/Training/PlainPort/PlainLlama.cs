using Platform.Modeling.Llama;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Training.Bench.PlainPort;

/// <summary>transformers' LlamaForCausalLM in TorchSharp, one operator for each of the original's, nothing made faster.</summary>
internal sealed class PlainLlama : nn.Module
{
    private readonly Embedding embed_tokens;
    private readonly ModuleList<PlainBlock> layers;
    private readonly PlainNorm norm;
    private readonly Linear lm_head;
    private readonly LlamaConfig _config;

    public PlainLlama(LlamaConfig config, Func<Linear, nn.Module<Tensor, Tensor>> adapt)
        : base(nameof(PlainLlama))
    {
        _config = config;
        embed_tokens = nn.Embedding(config.VocabularySize, config.HiddenSize);
        layers = new([.. Enumerable.Range(0, config.Layers).Select(_ => new PlainBlock(config, adapt))]);
        norm = new(config.HiddenSize, config.NormEpsilon);
        lm_head = nn.Linear(config.HiddenSize, config.VocabularySize, hasBias: false);
        RegisterComponents();
    }

    /// <summary>The mean cross-entropy of every token but the first, with its graph.</summary>
    public Tensor Loss(Tensor ids)
    {
        var positions = Angles(ids.shape[1]);
        var mask = full(ids.shape[1], ids.shape[1], float.MinValue).triu(1).unsqueeze(0).unsqueeze(0);
        var hidden = embed_tokens.forward(ids);
        foreach (var layer in layers) hidden = layer.forward(hidden, positions, mask);
        var logits = lm_head.forward(norm.forward(hidden)).to(ScalarType.Float32);
        var labels = nn.functional.pad(ids, [0, 1], value: -100).slice(1, 1, ids.shape[1] + 1, 1).contiguous();
        return nn.functional.cross_entropy(logits.view(-1, _config.VocabularySize), labels.view(-1), ignore_index: -100);
    }

    private (Tensor Cos, Tensor Sin) Angles(long length)
    {
        using var noGradients = no_grad();
        var powers = arange(0, _config.HeadWidth, 2, ScalarType.Float32) / _config.HeadWidth;
        var frequencies = pow(_config.Rotary.Theta, powers).reciprocal();
        var angles = outer(arange(length, ScalarType.Float32), frequencies);
        var both = cat([angles, angles], -1).unsqueeze(0).unsqueeze(0);
        return (both.cos(), both.sin());
    }
}

/// <summary>transformers' LlamaDecoderLayer.</summary>
internal sealed class PlainBlock : nn.Module<Tensor, (Tensor Cos, Tensor Sin), Tensor, Tensor>
{
    private readonly PlainAttention self_attn;
    private readonly PlainMlp mlp;
    private readonly PlainNorm input_layernorm, post_attention_layernorm;

    public PlainBlock(LlamaConfig config, Func<Linear, nn.Module<Tensor, Tensor>> adapt)
        : base(nameof(PlainBlock))
    {
        self_attn = new(config.HiddenSize, config.Heads, config.KeyValueHeads, config.HeadWidth, adapt);
        mlp = new(config.HiddenSize, config.IntermediateSize);
        input_layernorm = new(config.HiddenSize, config.NormEpsilon);
        post_attention_layernorm = new(config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, (Tensor Cos, Tensor Sin) positions, Tensor mask)
    {
        var middle = x + self_attn.forward(input_layernorm.forward(x), positions, mask);
        return middle + mlp.forward(post_attention_layernorm.forward(middle));
    }
}
