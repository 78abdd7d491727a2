using Platform.Quantization.Int8;
using static TorchSharp.torch;

namespace Platform.Quantization.Tests;

public sealed class Int8LinearTests
{
    [Fact]
    public void ARowsLargestValueBecomes127()
    {
        using var weight = tensor(new[,] { { 0.5f, -2f, 1f }, { 0f, 0f, 0f } });
        using var quantized = RowwiseInt8.Quantize(weight);
        Assert.Equal([32, -127, 64, 0, 0, 0], quantized.Codes.data<sbyte>().ToArray());
        Assert.Equal([2f, 0f], quantized.Scales.data<float>().ToArray());
    }

    [Fact]
    public void OutliersDoNotSpoilTheOtherColumns()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var weight = randn([32, 64], generator: new Generator(1));
        var x = randn([10, 64], generator: new Generator(2)).clamp(-3, 3);
        x[4, 7] = 500;
        using var layer = new Int8Linear(RowwiseInt8.Quantize(weight), null);
        using var none = new Int8Linear(RowwiseInt8.Quantize(weight), null, threshold: 0);
        layer.eval();
        none.eval();
        var exact = nn.functional.linear(x, layer.Dequantized());
        float Error(Int8Linear of) => of.call(x).sub(exact)[4].abs().max().item<float>();
        Assert.InRange(Error(layer), 0, 0.3f);
        Assert.True(Error(none) > 10 * Error(layer));
    }

    [Fact]
    public void TheGradientFlowsThroughAFrozenLayerAlsoWhenItEvaluates()
    {
        using var weight = randn(8, 64);
        using var layer = new Int8Linear(RowwiseInt8.Quantize(weight), null);
        layer.eval();
        using var x = randn([2, 64], requires_grad: true);
        using var y = layer.call(x);
        y.sum().backward();
        using var expected = layer.Dequantized().sum(dim: 0L);
        Assert.InRange(x.grad![0].sub(expected).abs().max().item<float>(), 0, 1e-5);
        Assert.Empty(layer.parameters());
    }

    [Fact]
    public void AChangeIsMergedAndCanBeTakenBackBitByBit()
    {
        using var scope = NewDisposeScope();
        using var layer = new Int8Linear(RowwiseInt8.Quantize(randn([8, 64], generator: new Generator(1))), null);
        var (before, change) = (layer.Dequantized(), randn([8, 64], generator: new Generator(2)));
        using var copy = layer.Copy();
        layer.AddToWeight(change);
        Assert.InRange(layer.Dequantized().sub(before).sub(change).abs().max().item<float>(), 0, 0.03);
        copy.Restore();
        Assert.True(layer.Dequantized().eq(before).all().item<bool>());
    }

    [Fact]
    public void WhatFloat16CannotHoldIsRefused()
    {
        using var weight = tensor(new[,] { { 1f, 70_000f } });
        Assert.Throws<NotFiniteNumberException>(() => RowwiseInt8.Quantize(weight));
    }

    [Fact]
    public void AWidthThatIsNoMultipleOfEightIsExact()
    {
        using var left = randint(-127, 128, [3, 13], ScalarType.Int8);
        using var right = randint(-127, 128, [5, 13], ScalarType.Int8);
        using var product = MixedProduct.Product(left, right);
        using var expected = left.to_type(ScalarType.Int32).matmul(right.to_type(ScalarType.Int32).t());
        Assert.True(product.eq(expected).all().item<bool>());
    }
}
