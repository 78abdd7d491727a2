using Platform.FineTuning.Optimizers;
using Platform.Quantization.EightBit;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Optimizers;

[Collection(ProcessWideState.Name)]
public sealed class AdamW8BitTests
{
    private const int Steps = 50;
    private const double Rate = 1e-3;

    /// <summary>A parameter moves about one rate per step; the two stay within a tenth of that way of each other on average.</summary>
    [Fact]
    public void ItsWeightsStayCloseToThoseOfFloat32Moments()
    {
        var (small, large) = (Walk(groups => new AdamW8Bit(groups)), Walk(groups => new Adam(groups, new() { DecoupledDecay = true })));
        var errors = small.Zip(large, (left, right) => Math.Abs(left - right)).ToList();

        Assert.InRange(errors.Average(), 1e-9, 0.1 * Steps * Rate);
        Assert.InRange(errors.Max(), 0, Steps * Rate);
    }

    [Fact]
    public void ItsMomentsTakeTwoBytesAndAFewBitsPerParameter()
    {
        using var parameter = ones(256, 256).requires_grad_();
        parameter.grad = ones(256, 256);
        using var optimizer = new AdamW8Bit([new([new("p", parameter)])]);

        optimizer.Step(Rate);

        var bytes = optimizer.State.Sum(item => item.Value.numel() * item.Value.ElementSize);
        Assert.InRange(bytes, 2 * parameter.numel(), (long)(2.05 * parameter.numel()));
    }

    [Fact]
    public void ItsCodesAreThoseOfTheBlocksThatOthersQuantize()
    {
        using var generator = new Generator(1);
        using var values = randn([3, 700], generator: generator);
        using var codes = EightBitMoment.ZeroCodes(values, DynamicMap.Signed);
        using var scales = EightBitMoment.ZeroScales(values);
        var moment = new EightBitMoment(codes, scales, DynamicMap.Signed, values.shape);
        using var zeros = moment.Decode();
        Assert.Equal(0, zeros.abs().sum().item<float>());

        moment.Encode(values);
        using var decoded = moment.Decode();

        var expectedCodes = new byte[2100];
        var expectedScales = new float[9];
        EightBitBlocks.Quantize(values.data<float>().ToArray(), DynamicMap.Signed, EightBitMoment.BlockSize, expectedCodes, expectedScales);
        var expected = new float[2100];
        EightBitBlocks.Dequantize(expectedCodes, expectedScales, DynamicMap.Signed, EightBitMoment.BlockSize, expected);
        Assert.Equal(expectedCodes, codes.data<byte>().ToArray()[..2100]);
        Assert.Equal(expected, decoded.data<float>().ToArray());
    }

    private static float[] Walk(Func<IReadOnlyList<ParameterGroup>, IOptimizer> create)
    {
        using var generator = new Generator(2);
        using var parameter = randn([64, 100], generator: generator).requires_grad_();
        using var drift = randn([64, 100], generator: generator);
        using var optimizer = create([new([new("p", parameter)], 0.01)]);
        for (var step = 0; step < Steps; step++)
        {
            parameter.grad = drift + randn([64, 100], generator: generator);
            optimizer.Step(Rate);
        }

        return parameter.data<float>().ToArray();
    }
}
