using Platform.FineTuning.Optimizers;
using Platform.Quantization.Nf4;
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
    public void ADecodedTensorIsWithinHalfAStepOfTheMapInEveryBlock()
    {
        using var generator = new Generator(1);
        using var values = randn([3, 700], generator: generator);
        var map = EightBitBlocks.Signed;
        using var codes = EightBitBlocks.ZeroCodes(values, map);
        using var scales = EightBitBlocks.ZeroScales(values);
        var blocks = new EightBitBlocks(codes, scales, map, values.shape);

        blocks.Encode(values);
        using var decoded = blocks.Decode();

        var (given, got) = (values.data<float>().ToArray(), decoded.data<float>().ToArray());
        var widest = map.Zip(map.Skip(1), (low, high) => high - low).Max() / 2;
        for (var i = 0; i < given.Length; i++)
        {
            var scale = given.Skip(i / 256 * 256).Take(256).Max(Math.Abs);
            Assert.Equal(DynamicMap.Values[DynamicMap.Nearest(given[i] / scale)] * scale, got[i], 1e-6f);
            Assert.InRange(Math.Abs(given[i] - got[i]), 0, widest * scale * 1.0001f);
        }
    }

    /// <summary>bitsandbytes' create_dynamic_map(signed=False): its first value after 0 is 1e-6 times the middle of the lower half of [0.1, 1].</summary>
    [Fact]
    public void TheUnsignedMapIsThatOfBitsandbytes()
    {
        var map = DynamicMap.UnsignedValues;

        Assert.Equal(256, map.Length);
        Assert.Equal((0f, 1f), (map[0], map[^1]));
        Assert.Equal(0.325e-6f, map[1], 1e-10f);
        Assert.Equal(0.775e-6f, map[2], 1e-10f);
        Assert.Equal(0.99648437f, map[254], 1e-6f); // 1 - 0.9 / 128 / 2
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
