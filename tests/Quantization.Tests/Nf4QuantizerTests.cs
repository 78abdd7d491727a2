using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Quantization.Tests;

public sealed class Nf4QuantizerTests
{
    private static readonly Nf4Options Plain = new() { DoubleQuantization = false };

    [Theory]
    [InlineData("nf4")]
    [InlineData("fp4")]
    public void EveryValueOfTheCodebookSurvives(string type)
    {
        var codebook = FourBitCodebook.Named(type);
        using var weight = tensor(codebook.Values.ToArray().Concat(codebook.Values.ToArray()).Concat(Enumerable.Repeat(1f, 32)).ToArray());
        using var back = Nf4Quantizer.Dequantize(Nf4Quantizer.Quantize(weight, Plain with { QuantType = type }));
        Assert.True(back.eq(weight).all().item<bool>());
    }

    [Fact]
    public void TheFirstElementLiesInTheHighNibble()
    {
        using var weight = tensor(new[] { 1f, -1f });
        Assert.Equal([0xF0], Nf4Quantizer.Quantize(weight, Plain).Packed);
    }

    [Fact]
    public void AnOddCountIsPaddedWithTheCodeOfZero()
    {
        using var weight = tensor(new[] { 1f, -1f, 1f });
        var quantized = Nf4Quantizer.Quantize(weight, Plain);
        Assert.Equal([0xF0, 0xF7], quantized.Packed);
        using var back = Nf4Quantizer.Dequantize(quantized);
        Assert.Equal([1f, -1f, 1f], back.data<float>().ToArray());
    }

    [Fact]
    public void ABlockOfZerosStaysZero()
    {
        using var weight = zeros(3, 64);
        using var back = Nf4Quantizer.Dequantize(Nf4Quantizer.Quantize(weight, new Nf4Options()));
        Assert.True(back.eq(0).all().item<bool>());
    }

    [Fact]
    public void BlocksRunOverRowEnds()
    {
        using var weight = ones(4, 48);
        using var first = weight[0];
        first.mul_(100);
        var quantized = Nf4Quantizer.Quantize(weight, Plain);
        Assert.Equal([100f, 1f, 1f], quantized.Scales());
    }

    /// <summary>Half the largest gap of the codebook: between -1 and -0.696.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheErrorIsBoundByTheCodebooksGaps(bool nested)
    {
        using var weight = randn([256, 300], generator: new Generator(5));
        var quantized = Nf4Quantizer.Quantize(weight, new Nf4Options { DoubleQuantization = nested });
        using var back = Nf4Quantizer.Dequantize(quantized);
        var scale = quantized.Scales().Max();
        Assert.InRange(back.sub(weight).abs().max().item<float>(), 0, (0.152f + (nested ? 0.01f : 0)) * scale);
    }

    /// <summary>bitsandbytes' own tests expect these means on normal weights, within seven standard deviations.</summary>
    [Theory]
    [InlineData("nf4", 0.072798, 0.000074)]
    [InlineData("fp4", 0.096543, 0.000098)]
    public void TheMeanErrorOnNormalWeightsIsTheLibrarys(string type, double mean, double deviation)
    {
        using var weight = randn([1024, 1024], generator: new Generator(11));
        using var back = Nf4Quantizer.Dequantize(Nf4Quantizer.Quantize(weight, Plain with { QuantType = type }));
        Assert.InRange(back.sub(weight).abs().mean().item<float>(), mean - (7 * deviation), mean + (7 * deviation));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, "bfloat16")]
    [InlineData(ScalarType.Float16, "float16")]
    public void AWeightComesBackInItsType(ScalarType type, string name)
    {
        using var weight = randn(64, 64).to_type(type);
        var quantized = Nf4Quantizer.Quantize(weight, Plain);
        using var back = Nf4Quantizer.Dequantize(quantized);
        Assert.Equal((name, type), (quantized.Dtype, back.dtype));
        Assert.Equal(weight.shape, back.shape);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void WhatFourBitsCannotExpressIsRefused(float value)
    {
        using var weight = tensor(new[] { 1f, value, 2f });
        Assert.Throws<NotFiniteNumberException>(() => Nf4Quantizer.Quantize(weight, Plain));
    }

    [Theory]
    [InlineData("nf5", 64, "nf5")]
    [InlineData("nf4", 63, "63")]
    [InlineData("nf4", 8192, "8192")]
    public void OptionsOutsideTheirRangeAreRefused(string type, int blockSize, string named)
    {
        using var weight = ones(64);
        Assert.Contains(named, Assert.Throws<ArgumentException>(() => Nf4Quantizer.Quantize(weight, new Nf4Options { QuantType = type, BlockSize = blockSize })).Message);
    }

    [Fact]
    public void DoubleQuantizationNeedsFourAndAnEighthBitsAWeight()
    {
        using var weight = randn(1024, 1024);
        Assert.InRange(8.0 * Nf4Quantizer.Quantize(weight, new Nf4Options()).SizeBytes / weight.numel(), 4.126, 4.128);
        Assert.InRange(8.0 * Nf4Quantizer.Quantize(weight, Plain).SizeBytes / weight.numel(), 4.499, 4.501);
    }
}
