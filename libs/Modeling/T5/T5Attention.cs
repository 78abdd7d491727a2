using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.T5;

/// <summary>x + attention(norm(x)); scores are not scaled, the weights' initialization has taken care of that.</summary>
internal sealed class T5Attention : nn.Module<Tensor, StackContext, Tensor>
{
    private readonly nn.Module<Tensor, StackContext, Tensor> _attention;
    private readonly RmsNorm _norm;
    private readonly double _dropout;

    /// <param name="readsSource">whether it looks at the encoder's output and not at its own stack</param>
    public T5Attention(T5Config config, int block, bool readsSource, ScalarType dtype, Device device)
        : base(nameof(T5Attention))
    {
        var options = new StackAttentionOptions
        {
            HiddenSize = config.HiddenSize,
            Heads = config.Heads,
            HeadWidth = config.HeadWidth,
            Names = new AttentionNames("q", "k", "v", "o"),
            Scale = 1,
            Dropout = config.DropoutRate,
            ReadsSource = readsSource,
        };
        _attention = new StackAttention(options, block, dtype, device);
        _norm = new RmsNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _dropout = config.DropoutRate;
        if (!readsSource && block == 0)
        {
            // The other blocks of the stack use the first one's.
            RelativeBias = new TokenEmbedding(config.Buckets, config.Heads, dtype, device);
            _attention.register_module("relative_attention_bias", RelativeBias);
        }

        register_module(readsSource ? "EncDecAttention" : "SelfAttention", _attention);
        register_module("layer_norm", _norm);
    }

    /// <summary>bucket -> a bias per head; the first block of a stack has it.</summary>
    public TokenEmbedding? RelativeBias { get; }

    public override Tensor forward(Tensor x, StackContext context) // [batch, positions, hidden]
    {
        using var normed = _norm.call(x);
        using var attended = Dropout.Of(_attention.call(normed, context), _dropout, training);
        return x.add(attended);
    }

    // A parent calls this, which would register the parts a second time, under their fields' names.
    protected override void RegisterComponents()
    {
    }
}
