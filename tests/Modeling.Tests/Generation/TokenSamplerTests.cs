using Platform.Modeling.Generation;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Generation;

public sealed class TokenSamplerTests
{
    private static readonly float[] Probabilities = [0.4f, 0.25f, 0.2f, 0.1f, 0.04f, 0.01f];

    /// <summary>χ² with five degrees of freedom exceeds 20.5 once in a thousand seeds.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(long.MaxValue)]
    public void TokensComeAsOftenAsTheyAreLikely(long seed)
    {
        const int rows = 1000, places = 40;
        var counts = new double[Probabilities.Length];
        using var scores = tensor(Probabilities).log().unsqueeze(0).repeat(rows, 1);
        var sampler = new TokenSampler(seed);
        for (var place = 0; place < places; place++)
        {
            foreach (var token in sampler.Choose(scores, place)) counts[token]++;
        }

        Assert.InRange(counts.Zip(Probabilities, (count, p) => Math.Pow(count - rows * places * p, 2) / (rows * places * p)).Sum(), 0, 20.5);
    }

    /// <summary>Pairs of neighbouring rows and of neighbouring places: χ² with three degrees of freedom exceeds 16.3 once in a thousand.</summary>
    [Fact]
    public void RowsAndPlacesDrawIndependently()
    {
        using var scores = zeros(200, 2);
        var sampler = new TokenSampler(7);
        var drawn = Enumerable.Range(0, 100).Select(place => sampler.Choose(scores, place)).ToArray();
        Assert.InRange(Statistic((place, row) => (drawn[place][row], drawn[place][row + 1])), 0, 16.3);
        Assert.InRange(Statistic((place, row) => (drawn[place][row], drawn[place + 1][row])), 0, 16.3);

        double Statistic(Func<int, int, (long, long)> pair)
        {
            var counts = (from place in Enumerable.Range(0, 99) from row in Enumerable.Range(0, 199) select pair(place, row)).CountBy(both => both).ToList();
            Assert.Equal(4, counts.Count);
            var expected = 99 * 199 / 4.0;
            return counts.Sum(count => Math.Pow(count.Value - expected, 2) / expected);
        }
    }

    [Fact]
    public void WhatIsForbiddenNeverComes()
    {
        using var scores = tensor((float[])[float.NegativeInfinity, 0, float.NegativeInfinity, -20, float.NegativeInfinity]).unsqueeze(0).repeat(5000, 1);
        Assert.All(new TokenSampler(3).Choose(scores, 0), token => Assert.True(token is 1 or 3));
    }

    [Fact]
    public void ScoresThatForbidEverythingAreRefused()
    {
        using var scores = full([1, 4], float.NegativeInfinity);
        Assert.Contains("row 0", Assert.Throws<InvalidOperationException>(() => new TokenSampler(3).Choose(scores, 0)).Message);
    }
}
