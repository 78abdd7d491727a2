using Platform.Modeling.Layers;

namespace Platform.Modeling.Tests.Layers;

public sealed class RotaryFrequenciesTests
{
    [Fact]
    public void PlainFrequenciesFallGeometrically() =>
        Assert.Equal([1, 0.1, 0.01, 0.001], RotaryFrequencies.Of(new RotaryOptions(), 8, 0).Frequencies, (a, b) => Math.Abs(a - b) < 1e-12);

    [Fact]
    public void DynamicScalingBeginsBeyondTheTrainedLength()
    {
        var options = new RotaryOptions { Kind = RotaryOptions.Dynamic, Factor = 4, OriginalMaxPositions = 16 };
        var plain = RotaryFrequencies.Of(new RotaryOptions(), 8, 0).Frequencies;
        Assert.Equal(plain, RotaryFrequencies.Of(options, 8, 16).Frequencies);
        Assert.True(RotaryFrequencies.Of(options, 8, 17).Frequencies[^1] < plain[^1]);
    }

    [Fact]
    public void Llama3KeepsShortWavesAndDividesLongOnes()
    {
        var options = new RotaryOptions { Kind = RotaryOptions.Llama3, Factor = 8, OriginalMaxPositions = 64 };
        var (plain, scaled) = (RotaryFrequencies.Of(new RotaryOptions(), 16, 0).Frequencies, RotaryFrequencies.Of(options, 16, 0).Frequencies);
        Assert.Equal(plain[0], scaled[0]);
        Assert.Equal(plain[^1] / 8, scaled[^1]);
    }

    [Fact]
    public void LongRopeChoosesByTheLength()
    {
        var options = new RotaryOptions { Kind = RotaryOptions.LongRope, Factor = 2, OriginalMaxPositions = 16, ShortFactors = [1, 1], LongFactors = [2, 4] };
        Assert.Equal(1, RotaryFrequencies.Of(options, 4, 16).Frequencies[0]);
        Assert.Equal(0.5, RotaryFrequencies.Of(options, 4, 17).Frequencies[0]);
        Assert.Throws<ArgumentException>(() => RotaryFrequencies.Of(options, 8, 1));
    }
}
