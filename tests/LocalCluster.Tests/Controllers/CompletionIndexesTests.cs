using Platform.LocalCluster.Controllers.Jobs;

namespace Platform.LocalCluster.Tests.Controllers;

public sealed class CompletionIndexesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("0", "0")]
    [InlineData("0,1", "0,1")]
    [InlineData("0-2", "0-2")]
    [InlineData("1,3-5,7", "1,3-5,7")]
    [InlineData("0-99", "0-9")]
    [InlineData("x,3", "3")]
    public void WhatIsReadIsWrittenAgainUpToTheCompletions(string text, string expected) =>
        Assert.Equal(expected, CompletionIndexes.Format(CompletionIndexes.Parse(text, 10)));

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(4, 80)]
    [InlineData(7, 600)]
    [InlineData(1_000_000, 600)]
    public void TheBackOffDoublesUpToTenMinutes(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), BackOffRecord.Delay(new JobControllerOptions(), failures));
}
