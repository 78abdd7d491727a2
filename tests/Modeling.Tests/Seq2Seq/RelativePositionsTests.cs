using Platform.Modeling.T5;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Seq2Seq;

public sealed class RelativePositionsTests
{
    /// <summary>The formula by hand for 32 buckets up to 128: encoders have 8 + 8 per side, decoders 16 + 16.</summary>
    [Theory]
    [InlineData(0, true, 0)]
    [InlineData(-1, true, 1)]
    [InlineData(1, true, 17)]
    [InlineData(-7, true, 7)]
    [InlineData(-8, true, 8)]
    [InlineData(-12, true, 9)]   // 8 + ⌊8 ln 1.5 / ln 16⌋ = 8 + ⌊1.17⌋
    [InlineData(20, true, 26)]   // 16 + 8 + ⌊8 ln 2.5 / ln 16⌋ = 24 + ⌊2.64⌋
    [InlineData(-127, true, 15)]
    [InlineData(-400, true, 15)]
    [InlineData(400, true, 31)]
    [InlineData(5, false, 0)]    // the future is hidden, so it needs no bucket
    [InlineData(-15, false, 15)]
    [InlineData(-16, false, 16)]
    [InlineData(-40, false, 23)] // 16 + ⌊16 ln 2.5 / ln 8⌋ = 16 + ⌊7.05⌋
    [InlineData(-400, false, 31)]
    public void ADistanceHasItsBucket(int offset, bool bothSides, long bucket)
    {
        var query = Math.Max(0, -offset);
        using var buckets = RelativePositions.Buckets(query, 1, query + offset + 1, bothSides, 32, 128, CPU);
        Assert.Equal(bucket, buckets[0, query + offset].ToInt64());
    }

    [Fact]
    public void QueriesBehindACacheHaveTheBucketsOfTheirPositions()
    {
        using var whole = RelativePositions.Buckets(0, 12, 12, false, 8, 20, CPU);
        using var last = RelativePositions.Buckets(9, 3, 12, false, 8, 20, CPU);
        using var rows = whole.narrow(0, 9, 3);
        Assert.True(rows.eq(last).all().item<bool>());
    }
}
