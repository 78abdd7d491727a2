using Platform.FineTuning.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Optimizers;

[Collection(ProcessWideState.Name)]
public sealed class MasterWeightsTests
{
    /// <summary>Near 1 a bfloat16 moves in steps of 1/128; a hundred steps of a thousandth would all be rounded away.</summary>
    [Fact]
    public void StepsTooSmallForSixteenBitsAddUp()
    {
        using var weight = ones([4], ScalarType.BFloat16).requires_grad_();
        using var optimizer = MasterWeights.Around([new([new("w", weight)])], groups => new StochasticGradientDescent(groups));

        for (var step = 0; step < 100; step++)
        {
            weight.grad = ones([4], ScalarType.BFloat16);
            optimizer.Step(1e-3);
        }

        Assert.Equal(0.9f, weight[0].to(ScalarType.Float32).item<float>(), 0.004f);
    }

    [Fact]
    public void TheCopiesGoIntoCheckpointsAndComeBack()
    {
        using var weight = ones([4], ScalarType.BFloat16).requires_grad_();
        using var optimizer = MasterWeights.Around([new([new("w", weight)])], groups => new AdamW(groups));
        weight.grad = ones([4], ScalarType.BFloat16);
        optimizer.Step(1e-3);
        using var other = weight.detach().clone().requires_grad_();
        using var resumed = MasterWeights.Around([new([new("w", other)])], groups => new AdamW(groups));

        resumed.Load(optimizer.State.ToDictionary(item => item.Key, item => item.Value));

        Assert.Equal(0.999f, resumed.State.Single(item => item.Key == "master.w").Value[0].item<float>(), 1e-6f);
    }

    [Fact]
    public void Float32WeightsNeedNoCopies() =>
        Assert.IsType<StochasticGradientDescent>(MasterWeights.Around([new([new("w", ones(4))])], groups => new StochasticGradientDescent(groups)));
}
