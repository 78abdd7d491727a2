using Platform.Modeling.Layers;
using Platform.Peft.Layers;
using Platform.Peft.Rotations;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.Boft;

/// <summary>A rotation of a frozen linear layer's input that mixes all inputs through a few sparse factors, and a scale of its outputs.</summary>
/// <remarks>
/// y = s ⊙ W (x B_m … B₁) + b; Bᵢ = Pᵢ diag(R₁, R₂, …) Pᵢᵀ, each R the Cayley transform of the skew-symmetric part of a trained
/// matrix, Pᵢ the permutation that brings halves of blocks together which lie 2ⁱ⁻¹ halves apart.
/// Liu, Qiu, Feng, Xiu, Xue, Yu, Feng, Liu, Heo, Peng, Wen, Black, Weller, Schölkopf: "Parameter-Efficient Orthogonal Finetuning via
/// Butterfly Factorization", 2023, sections 4 and 5.
/// Differs from the paper: outputs are scaled, biases are not, as in PEFT. The input is rotated in place of the weight, by permuting
/// it, so no [in, in] matrix is built.
/// </remarks>
public sealed class BoftUpdate : LayerUpdate
{
    [ComponentName(Name = "boft_R")] private readonly Parameter _rotations;
    [ComponentName(Name = "boft_s")] private readonly Parameter _scale;
    private readonly Butterfly _butterfly;
    private readonly Func<Parameter?> _bias; // a module held in a field would be registered, and disposed with this one
    private readonly double _dropout;

    internal BoftUpdate(Linear layer, long blockSize, int factors, double dropout)
        : base(nameof(BoftUpdate))
    {
        (_bias, _dropout) = (() => layer.Bias, dropout);
        var device = DeviceOf(layer);
        _rotations = new Parameter(zeros(factors, layer.InFeatures / blockSize, blockSize, blockSize, device: device));
        _scale = new Parameter(ones(layer.OutFeatures, 1, device: device));
        _butterfly = new Butterfly(layer.InFeatures, blockSize, factors, device);
        RegisterComponents();
    }

    /// <summary>[factors, blocks, size, size]</summary>
    public Parameter Rotations => _rotations;

    /// <summary>s, [out, 1].</summary>
    public Parameter Scale => _scale;

    public override IEnumerable<(string Key, Parameter Parameter)> Keys => [("boft_R", Rotations), ("boft_s", Scale)];

    public override Tensor Forward(Tensor x, Func<Tensor, Tensor> layer) // [..., in] -> [..., out]
    {
        using var rotated = InFloat(x, wide =>
        {
            using var blocks = Blocks();
            return _butterfly.Apply(wide, blocks);
        });
        using var y = layer(rotated);
        return InFloat(y, Scaled);
    }

    public override void MergeInto(nn.Module<Tensor, Tensor> layer)
    {
        using var noGradients = no_grad();
        using var weight = ((Linear)layer).WeightValues();
        using var merged = InFloat(weight, wide =>
        {
            using var blocks = Orthogonal();
            using var rotated = _butterfly.ApplyTransposed(wide, blocks);
            return rotated.mul(Scale);
        });
        ((Linear)layer).SetWeight(merged);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _butterfly.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Scales all but the bias: s (y − b) + b.</summary>
    private Tensor Scaled(Tensor y)
    {
        using var flat = Scale.flatten();
        using var product = y.mul(flat);
        if (_bias() is not { } bias) return product.alias();
        using var rest = 1 - flat;
        return product.addcmul(bias, rest, 1);
    }

    private Tensor Orthogonal() // [factors, blocks, size, size]
    {
        using var flat = Rotations.flatten(0, 1);
        using var turned = flat.transpose(-1, -2);
        using var difference = flat.sub(turned);
        using var skew = difference.mul(0.5);
        using var rotations = CayleyTransform.Exact(skew);
        return rotations.view(Rotations.shape);
    }

    /// <summary>With a share of one factor's blocks dropped while training.</summary>
    private Tensor Blocks()
    {
        var all = Orthogonal();
        if (!training || _dropout == 0) return all;
        using var scope = NewDisposeScope();
        using (all)
        {
            var chosen = randint(0, all.shape[0], 1).item<long>();
            var factors = all.unbind(0);
            factors[chosen] = BlockRotation.Drop(factors[chosen], _dropout);
            return stack(factors, 0).MoveToOuterDisposeScope();
        }
    }
}
