using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.Oft;

/// <summary>Skew-symmetric matrices, of which the part above the diagonal is trained.</summary>
internal sealed class OftAngles : nn.Module
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight; // [blocks, size (size - 1) / 2]
    private readonly Tensor _places;                                     // [size * size], where in a row of the weight
    private readonly Tensor _signs;                                      // [size, size], 1 above the diagonal, -1 below
    private readonly long _size;

    public OftAngles(long blocks, long size, Device device)
        : base(nameof(OftAngles))
    {
        _size = size;
        _weight = new Parameter(zeros(blocks, size * (size - 1) / 2, device: device));
        using (NewDisposeScope())
        {
            var upper = ones(size, size).triu(1);
            _signs = (upper - upper.t()).to(device).MoveToOuterDisposeScope();

            // Row by row above the diagonal: 1, 2, 3, … minus 1 and the same mirrored; the diagonal is 0, and its sign too.
            var counted = upper.flatten().cumsum(0).view(size, size) * upper;
            _places = (counted + counted.t() - 1).clamp_min(0).to(ScalarType.Int64).flatten().to(device).MoveToOuterDisposeScope();
        }

        _signs.DetachFromDisposeScope();
        _places.DetachFromDisposeScope();
        RegisterComponents();
    }

    public Parameter Weight => _weight;

    /// <summary>[blocks, size, size]</summary>
    public Tensor Skew()
    {
        using var spread = _weight.index_select(1, _places);
        using var square = spread.view(-1, _size, _size);
        return square.mul(_signs);
    }

    /// <summary>Shrinks the matrices whose Frobenius norm is greater than radius / √blocks.</summary>
    public void Constrain(double radius)
    {
        using var noGradients = no_grad();
        using var norm = _weight.norm(1, keepdim: true, 2f);
        using var whole = norm.mul(Math.Sqrt(2)); // each number is there twice
        using var most = whole.pow(-1).mul_(radius / Math.Sqrt(_weight.shape[0]));
        using var share = most.clamp_max(1);
        _weight.mul_(share);
    }
}
