using Platform.Peft.Boft;
using Platform.Peft.Oft;
using Platform.Peft.Rotations;
using static TorchSharp.torch;

namespace Platform.Peft.Tests;

public sealed class RotationTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void TheCayleyTransformOfASkewSymmetricMatrixIsARotation()
    {
        var rotation = CayleyTransform.Exact(Skew(3, 4));
        Assert.InRange(Difference(rotation.matmul(rotation.transpose(-1, -2)), eye(4)), 0, 1e-5);
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.05)]
    [InlineData(5, 1e-3)]
    [InlineData(9, 1e-6)]
    public void TheSeriesApproachesTheRotationTheOtherWay(int terms, double error)
    {
        var skew = Skew(3, 4) * 0.02;
        Assert.InRange(Difference(CayleyTransform.Exact(-skew), CayleyTransform.Series(skew, terms)), 0, error);
    }

    /// <summary>P of factor i as PEFT builds it: groups of size · 2ⁱ whose halves of blocks are sorted, even places before odd ones.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AButterflyIsTheProductOfItsFactors(int factors)
    {
        const int Width = 16, Size = 4;
        var blocks = randn(factors, Width / Size, Size, Size, generator: new Generator(1));
        var product = eye(Width);
        for (var factor = 0; factor < factors; factor++)
        {
            var order = factors == 1 ? [.. Enumerable.Range(0, Width)] : Sorted(Width, Size << factor, Size / 2);
            var permutation = zeros(Width, Width);
            foreach (var (row, column) in order.Index()) permutation[row, column] = 1;
            product = permutation.mm(block_diag([.. blocks[factor].unbind(0)])).mm(permutation.t()).mm(product);
        }

        using var butterfly = new Butterfly(Width, Size, factors, CPU);
        Assert.InRange(Difference(product, butterfly.Apply(eye(Width), blocks)), 0, 1e-4);
        Assert.InRange(Difference(product.t(), butterfly.ApplyTransposed(eye(Width), blocks)), 0, 1e-4);
    }

    [Theory]
    [InlineData(32, 8, 8)]
    [InlineData(30, 8, 6)]
    [InlineData(30, 9, 10)]
    [InlineData(30, 64, 30)]
    public void ABlockSizeThatDoesNotDivideGivesWayToTheNearestThatDoes(long inputs, int wished, long used) =>
        Assert.Equal(used, new OftOptions { BlockSize = wished }.BlockSizeOf(inputs));

    [Fact]
    public void ConstrainedAnglesStayInTheirBall()
    {
        using var angles = new OftAngles(4, 3, CPU);
        using (no_grad()) angles.Weight.copy_(tensor(new float[] { 3, 4, 0, 1e-4f, 0, 0, 0, 0, 0, 0, 0, -2 }).view(4, 3));
        angles.Constrain(0.02);
        var norms = angles.Skew().flatten(1).norm(1, keepdim: false, 2f).data<float>().ToArray();
        Assert.Equal([0.01, 1e-4 * Math.Sqrt(2), 0, 0.01], norms.Select(norm => (double)norm), (left, right) => Math.Abs(left - right) < 1e-6);
    }

    [Fact]
    public void DroppedBlocksDoNotRotate()
    {
        var blocks = BlockRotation.Drop(full([8, 2, 2], 3), 0.5);
        Assert.Equal(4, blocks.eq(eye(2)).all(-1).all(-1).sum().item<long>());
        Assert.Equal(4, blocks.eq(3).all(-1).all(-1).sum().item<long>());
    }

    private static int[] Sorted(int width, int group, int half) =>
    [
        .. Enumerable.Range(0, width).Chunk(group).SelectMany(places =>
        {
            var halves = places.Chunk(half).ToList();
            return halves.Where((_, index) => index % 2 == 0).Concat(halves.Where((_, index) => index % 2 == 1)).SelectMany(places => places);
        }),
    ];

    private static Tensor Skew(int blocks, int size)
    {
        var drawn = randn(blocks, size, size, generator: new Generator(2));
        return drawn - drawn.transpose(-1, -2);
    }

    private static double Difference(Tensor left, Tensor right) => left.sub(right).abs().max().item<float>();
}
