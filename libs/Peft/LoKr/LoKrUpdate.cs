using Platform.Modeling.Layers;
using Platform.Peft.Lycoris;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.LoKr;

/// <summary>The Kronecker product of a small matrix and one of low rank.</summary>
/// <remarks>
/// Δ = alpha / r · L ⊗ R, L [a, c], R [b, d] with a b = out and c d = in; R, and L too with decompose_both, is a product of rank r
/// where r is less than half of its longer side. For x seen as a matrix X [c, d], Δ x is L X Rᵀ, so Δ is never built.
/// Yeh, Hsieh, Gao, Yang, Oh, Gong: "Navigating Text-To-Image Customization: From LyCORIS Fine-Tuning to Model Evaluation", 2023,
/// section 3; Edalati et al.: "KronA", 2022.
/// Differs from the paper: L is zero at first, not a part of R, as PEFT has it.
/// </remarks>
public sealed class LoKrUpdate : LycorisUpdate
{
    private readonly LoKrFactor _left;
    private readonly LoKrFactor _right;
    private readonly long _columns;    // c
    private readonly long _subcolumns; // d

    internal LoKrUpdate(Linear layer, int rank, double scaling, LoKrOptions options)
        : base(nameof(LoKrUpdate), scaling, options, options.RankDropoutScale)
    {
        var (rows, subrows) = Divided(layer.OutFeatures, options.DecomposeFactor);
        (_columns, _subcolumns) = Divided(layer.InFeatures, options.DecomposeFactor);
        var device = DeviceOf(layer);
        _left = new LoKrFactor("lokr_w1", rows, _columns, options.DecomposeBoth && Pays(rank, rows, _columns) ? rank : null, device);
        _right = new LoKrFactor("lokr_w2", subrows, _subcolumns, Pays(rank, subrows, _subcolumns) ? rank : null, device);
        foreach (var (key, parameter) in Keys) register_parameter(key, parameter);
    }

    public override IEnumerable<(string Key, Parameter Parameter)> Keys => _left.Keys.Concat(_right.Keys);

    public override Tensor Delta()
    {
        using var left = _left.Matrix();
        using var right = _right.Matrix();
        using var product = kron(left, right);
        return product.mul(Scaling);
    }

    internal void Draw(LoKrInit init, Generator generator)
    {
        _left.Draw(init == LoKrInit.LeftZero ? 'a' : null, generator);
        _right.Draw(init == LoKrInit.RightZero ? 'b' : null, generator);
    }

    protected override Tensor Product(Tensor x)
    {
        using var matrices = x.reshape(-1, _columns, _subcolumns); // [n, c, d]
        using var right = _right.Apply(matrices);                  // [n, c, b]
        using var left = _left.Matrix();                           // [a, c]
        using var product = left.matmul(right);                    // [n, a, b]
        using var scaled = product.mul(Scaling);
        return scaled.reshape([.. x.shape[..^1], -1]);
    }

    /// <summary>Two factors of a size, the smaller first: the wished one if it divides, else the most even pair whose smaller is no greater than it.</summary>
    internal static (long Smaller, long Greater) Divided(long size, int wished)
    {
        if (wished > 0 && size % wished == 0) return (wished, size / wished);
        var most = wished == -1 ? size : wished;
        var best = 1L;
        for (var divisor = 2L; divisor * divisor <= size && divisor <= most; divisor++)
            if (size % divisor == 0) best = divisor;
        return (best, size / best);
    }

    private static bool Pays(int rank, long rows, long columns) => rank < Math.Max(rows, columns) / 2.0;
}
