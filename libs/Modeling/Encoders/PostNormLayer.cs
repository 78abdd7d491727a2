using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>norm(x + attention(x)), then norm(x + mlp(x)): the block of BERT and its relatives, under their names.</summary>
/// <typeparam name="TContext">what the attention needs beside the hidden states</typeparam>
public sealed class PostNormLayer<TContext> : nn.Module<Tensor, TContext, Tensor>, IResidualBlock
{
    [ComponentName(Name = "attention")] private readonly PostNormAttention<TContext> _attention;
    [ComponentName(Name = "intermediate")] private readonly Dense _intermediate;
    [ComponentName(Name = "output")] private readonly DenseAddNorm _output;

    /// <param name="attention">up to its output projection</param>
    public PostNormLayer(nn.Module<Tensor, TContext, Tensor> attention, TextEncoderConfig config, ScalarType dtype, Device device)
        : base("PostNormLayer")
    {
        _attention = new PostNormAttention<TContext>(attention, config, dtype, device);
        _intermediate = new Dense(config.HiddenSize, config.IntermediateSize, config.Activation, dropout: 0, dtype, device);
        _output = new DenseAddNorm(config.IntermediateSize, config, dtype, device);
        RegisterComponents();
    }

    public ResidualJoin AttentionJoin => _attention.Join;

    public ResidualJoin MlpJoin => _output.Join;

    public (string Attention, string Mlp)? JoinPaths => ("attention.output", "output");

    public override Tensor forward(Tensor x, TContext context) // [batch, positions, hidden]
    {
        using var attended = _attention.call(x, context);
        using var wide = _intermediate.call(attended);
        return _output.call(wide, attended);
    }
}

/// <summary>The first half of the block.</summary>
public sealed class PostNormAttention<TContext> : nn.Module<Tensor, TContext, Tensor>
{
    [ComponentName(Name = "self")] private readonly nn.Module<Tensor, TContext, Tensor> _self;
    [ComponentName(Name = "output")] private readonly DenseAddNorm _output;

    internal PostNormAttention(nn.Module<Tensor, TContext, Tensor> attention, TextEncoderConfig config, ScalarType dtype, Device device)
        : base("PostNormAttention")
    {
        _self = attention;
        _output = new DenseAddNorm(config.HiddenSize, config, dtype, device);
        RegisterComponents();
    }

    internal ResidualJoin Join => _output.Join;

    public override Tensor forward(Tensor x, TContext context)
    {
        using var attended = _self.call(x, context);
        return _output.call(attended, x);
    }
}
