using Platform.Modeling.Audio;

namespace Platform.Modeling.Tests.Audio;

public sealed class ResamplerTests
{
    /// <summary>A tone below both rates' bands stays the same tone.</summary>
    [Theory]
    [InlineData(8_000, 16_000)]
    [InlineData(44_100, 16_000)]
    [InlineData(16_000, 11_025)]
    [InlineData(16_001, 16_000)]
    public void AToneKeepsItsPitchAndLoudness(int from, int to)
    {
        const double hertz = 440;
        var tone = Tone(from, from / 4, hertz);
        var resampled = Resampler.Resample(tone, from, to, ResamplingOptions.KaiserBest);
        var expected = Tone(to, resampled.Length, hertz);
        for (var i = resampled.Length / 4; i < resampled.Length * 3 / 4; i++) Assert.Equal(expected[i], resampled[i], 2e-3);
    }

    [Theory]
    [InlineData(1_000, 48_000, 16_000, 334)]
    [InlineData(1, 44_100, 16_000, 1)]
    [InlineData(0, 8_000, 16_000, 0)]
    [InlineData(7, 16_000, 16_000, 7)]
    public void TheLengthIsRoundedUp(int samples, int from, int to, int expected) =>
        Assert.Equal(expected, Resampler.Resample(new float[samples], from, to).Length);

    [Fact]
    public void WhatIsAboveTheNewBandIsSilenced()
    {
        var resampled = Resampler.Resample(Tone(48_000, 9_600, 12_000), 48_000, 16_000);
        Assert.All(resampled[200..^200], sample => Assert.InRange(sample, -5e-3f, 5e-3f));
    }

    [Fact]
    public void WrongFiguresAreRefusedTogether()
    {
        var message = Assert.Throws<ArgumentException>(() => Resampler.Resample([1f], 0, -1, new ResamplingOptions { RollOff = 2 })).Message;
        foreach (var part in (string[])["rate is 0", "rate is -1", "RollOff"]) Assert.Contains(part, message);
    }

    private static float[] Tone(int rate, int samples, double hertz) => [.. Enumerable.Range(0, samples).Select(i => (float)Math.Sin(2 * Math.PI * hertz * i / rate))];
}
