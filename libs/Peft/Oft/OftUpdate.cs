using Platform.Modeling.Layers;
using Platform.Peft.Layers;
using Platform.Peft.Rotations;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.Oft;

/// <summary>A rotation of a frozen linear layer's input, block by block.</summary>
/// <remarks>
/// y = W (x R) + b, R = diag(R₁, R₂, …), each Rᵢ the Cayley transform of a trained skew-symmetric matrix: <see cref="CayleyTransform"/>.
/// Qiu, Liu, Feng, Xue, Feng, Liu, Zhang, Weller, Schölkopf: "Controlling Text-to-Image Diffusion by Orthogonal Finetuning", 2023;
/// the input rotated in place of the weight: Qiu, Liu, Weller, Schölkopf: "Orthogonal Finetuning Made Scalable", 2025.
/// Differs from the paper: no trained magnitudes of outputs. Constrained, the skew-symmetric matrices and not the rotations are held
/// in a ball, before each forward pass. PEFT 0.20 reads module_dropout and does not act on it; here it acts.
/// </remarks>
public sealed class OftUpdate : LayerUpdate
{
    [ComponentName(Name = "oft_R")] private readonly OftAngles _angles;
    private readonly OftOptions _options;

    internal OftUpdate(Linear layer, long blockSize, OftOptions options)
        : base(nameof(OftUpdate))
    {
        _options = options;
        _angles = new OftAngles(options.Shared ? 1 : layer.InFeatures / blockSize, blockSize, DeviceOf(layer));
        RegisterComponents();
    }

    /// <summary>The skew-symmetric matrices above their diagonals, [blocks, size (size − 1) / 2].</summary>
    public Parameter Angles => _angles.Weight;

    public override IEnumerable<(string Key, Parameter Parameter)> Keys => [("oft_R.weight", Angles)];

    public override Tensor Forward(Tensor x, Func<Tensor, Tensor> layer) // [..., in] -> [..., out]
    {
        using var rotated = InFloat(x, wide =>
        {
            using var blocks = Blocks();
            return BlockRotation.Apply(wide, blocks);
        });
        return layer(rotated);
    }

    public override void MergeInto(nn.Module<Tensor, Tensor> layer)
    {
        using var noGradients = no_grad();
        using var weight = ((Linear)layer).WeightValues();
        using var rotated = InFloat(weight, wide =>
        {
            using var rotations = Rotations();
            using var back = rotations.transpose(-1, -2);
            return BlockRotation.Apply(wide, back); // W Rᵀ
        });
        ((Linear)layer).SetWeight(rotated);
    }

    private Tensor Blocks()
    {
        var rotations = Rotations();
        if (!training || _options.Dropout == 0 || rotations.shape[0] == 1) return rotations;
        using (rotations) return BlockRotation.Drop(rotations, _options.Dropout);
    }

    private Tensor Rotations()
    {
        if (_options.Constrained) _angles.Constrain(_options.Radius);
        using var skew = _angles.Skew();
        return _options.Series ? CayleyTransform.Series(skew, _options.SeriesTerms) : CayleyTransform.Exact(skew);
    }
}
