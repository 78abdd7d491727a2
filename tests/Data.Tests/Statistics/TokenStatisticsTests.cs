using Platform.Data.Collation;
using Platform.Data.Statistics;

namespace Platform.Data.Tests.Statistics;

public sealed class TokenStatisticsTests
{
    [Fact]
    public void SharesAreOfRowsOfTokensAndOfWhatIsLeft()
    {
        var statistics = new TokenStatistics();
        var whole = Example(40, learnedFrom: 10);
        statistics.Add(whole, whole);
        statistics.Add(whole, whole.Truncate(20));
        statistics.Add(Example(20, learnedFrom: 20), null);
        Assert.Equal((100, 40, 3), (statistics.Lengths.Total, statistics.Lengths.Longest, statistics.Lengths.Rows));
        Assert.Equal([(32, 1), (64, 2)], statistics.Lengths.Classes);
        Assert.Equal((2.0 / 3, 0.4, 40.0 / 60), (statistics.TruncatedShare, statistics.LostShare, statistics.LearnedShare));
        Assert.Contains("3 rows of 100 tokens, the longest 40 (1 up to 32, 2 up to 64); 66.7", statistics.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsKeptAsNumbersComesBack()
    {
        var statistics = new TokenStatistics();
        statistics.Add(Example(40, learnedFrom: 10), Example(20, learnedFrom: 10));
        statistics.Add(Example(3, learnedFrom: 3), null);
        Assert.Equal(statistics.ToString(), TokenStatistics.FromCounts(statistics.ToCounts()).ToString());
    }

    [Fact]
    public void NoRowsHaveNoShares() => Assert.Equal((0, 0, 0), (new TokenStatistics().TruncatedShare, new TokenStatistics().LostShare, new TokenStatistics().LearnedShare));

    private static SupervisedExample Example(int length, int learnedFrom) =>
        new([.. Enumerable.Range(0, length)], [.. Enumerable.Range(0, length).Select(i => i < learnedFrom ? SupervisedExample.IgnoredLabel : i)]);
}
