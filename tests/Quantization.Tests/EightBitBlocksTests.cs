using Platform.Quantization.EightBit;

namespace Platform.Quantization.Tests;

public sealed class EightBitBlocksTests
{
    public static TheoryData<string> Maps => [.. All.Keys];

    private static readonly Dictionary<string, EightBitMap> All = new()
    {
        ["dynamic"] = DynamicMap.Signed,
        ["dynamic unsigned"] = DynamicMap.Unsigned,
        ["linear"] = LinearMap.Signed,
        ["linear unsigned"] = LinearMap.Unsigned,
        ["e4m3"] = Float8Map.E4M3,
        ["e5m2"] = Float8Map.E5M2,
        ["normal"] = NormalMap.Instance,
    };

    [Theory, MemberData(nameof(Maps))]
    public void TheNearestCodeIsTheOneThatALookAtAllOfThemFinds(string name)
    {
        var map = All[name];
        var values = map.Values.ToArray();
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var value = (float)((random.NextDouble() * 2) - 1) * MathF.Pow(10, -random.Next(8));
            var best = values.Min(entry => Math.Abs((double)entry - value));
            Assert.InRange(Math.Abs((double)values[map.Nearest(value)] - value), best, best * (1 + 1e-6));
        }
    }

    [Theory, MemberData(nameof(Maps))]
    public void EveryValueOfAMapIsItsOwnNearest(string name)
    {
        var map = All[name];
        foreach (var value in map.Values) Assert.Equal(value, map.Values[map.Nearest(value)]);
    }

    [Fact]
    public void ATieGoesToTheSmallerValue()
    {
        var map = LinearMap.Unsigned;
        Assert.Equal(0, map.Nearest(map.Values[1] / 2));
    }

    [Fact]
    public void TheDynamicErrorIsBelowTwoPercentOfLargeNumbers()
    {
        var random = new Random(4);
        float[] values = [.. Enumerable.Range(0, 5000).Select(_ => (float)(random.NextDouble() - 0.5))];
        var (codes, scales, back) = (new byte[5000], new float[3], new float[5000]);
        EightBitBlocks.Quantize(values, DynamicMap.Signed, 2048, codes, scales);
        EightBitBlocks.Dequantize(codes, scales, DynamicMap.Signed, 2048, back);
        for (var i = 0; i < values.Length; i++) Assert.InRange(Math.Abs(back[i] - values[i]), 0, 0.00704f * scales[i / 2048]);
    }

    [Fact]
    public void ABlockOfZerosStaysZero()
    {
        var (codes, scales, back) = (new byte[300], new float[2], new float[300]);
        EightBitBlocks.Quantize(new float[300], DynamicMap.Signed, 256, codes, scales);
        EightBitBlocks.Dequantize(codes, scales, DynamicMap.Signed, 256, back);
        Assert.All(back, value => Assert.Equal(0, value));
    }

    [Fact]
    public void AWrongNumberOfScalesIsRefused() =>
        Assert.Contains("have 2 scales, not 3", Assert.Throws<ArgumentException>(() => EightBitBlocks.Quantize(new float[300], DynamicMap.Signed, 256, new byte[300], new float[3])).Message);
}
