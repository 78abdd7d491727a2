using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>norm(dropout(dense(x)) + residual), as BERT and its relatives end both halves of a block.</summary>
public sealed class DenseAddNorm : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "dense")] private readonly nn.Module<Tensor, Tensor> _dense;
    [ComponentName(Name = "LayerNorm")] private readonly LayerNorm _norm;
    private readonly double _dropout;

    public DenseAddNorm(long inFeatures, TextEncoderConfig config, ScalarType dtype, Device device)
        : base(nameof(DenseAddNorm))
    {
        _dense = new Linear(inFeatures, config.HiddenSize, bias: true, dtype, device);
        _norm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _dropout = config.HiddenDropout;
        RegisterComponents();
    }

    internal ResidualJoin Join { get; } = new();

    public override Tensor forward(Tensor x, Tensor residual) // [..., in], [..., hidden]
    {
        using var projected = Dropout.Of(_dense.call(x), _dropout, training);
        return Join.Of(projected, residual, _norm.call);
    }
}
