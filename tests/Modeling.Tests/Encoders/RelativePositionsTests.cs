using Platform.Modeling.Deberta;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Encoders;

public sealed class RelativePositionsTests
{
    // ⌈log(distance / 4) / log(39 / 4) · 3⌉ + 4 beyond a distance of 4
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(5, 5)]
    [InlineData(8, 5)]
    [InlineData(10, 6)]
    [InlineData(20, 7)]
    [InlineData(39, 7)]
    public void FarDistancesShareBuckets(long distance, long bucket)
    {
        using var positions = RelativePositions.Of(40, buckets: 8, longest: 40, CPU);
        Assert.Equal(bucket, positions[distance, 0].item<long>());
        Assert.Equal(-bucket, positions[0, distance].item<long>());
    }

    [Fact]
    public void WithoutBucketsEveryDistanceIsItsOwn()
    {
        using var positions = RelativePositions.Of(3, buckets: null, longest: 40, CPU);
        Assert.Equal([0L, -1L, -2L, 1L, 0L, -1L, 2L, 1L, 0L], positions.data<long>().ToArray());
    }
}
