using Platform.FineTuning.Supervised;
using Platform.FineTuning.Tests.Memory;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Supervised;

[Collection(ProcessWideState.Name)]
public sealed class EmbeddingNoiseTests
{
    /// <summary>α / √(L d) = 5 / √(4 · 16)</summary>
    [Fact]
    public void TheNoiseIsUniformUpToTheFormulasSize()
    {
        using var embedded = ones([200, 4, 16]);

        using var noise = new EmbeddingNoise(5).Added(embedded).sub(embedded);

        var values = noise.data<float>().ToArray();
        Assert.InRange(values.Max(), 0.62f, 0.6251f);
        Assert.InRange(values.Min(), -0.6251f, -0.62f);
        Assert.InRange(values.Average(), -0.02f, 0.02f);
        Assert.Equal(0.625 / Math.Sqrt(3), Math.Sqrt(values.Average(value => value * value)), 0.01);
    }

    [Fact]
    public void OnlyLearningIsNoisy()
    {
        using var model = Some.Trained("llama");
        var plain = new SupervisedObjective(model, Some.Rows);
        var noisy = new SupervisedObjective(model, Some.Rows) { Noise = new(50) };

        Assert.Equal(Loss(plain.Measure([0, 1])), Loss(noisy.Measure([0, 1])));
        var quiet = Loss(plain.Learn([0, 1], 1));
        Assert.NotEqual(quiet, Loss(noisy.Learn([0, 1], 1)));
        Assert.Equal(quiet, Loss(plain.Learn([0, 1], 1)));
    }

    [Fact]
    public void MeasuringLeavesTheModelInTraining()
    {
        using var model = Some.Trained("llama");

        Loss(new SupervisedObjective(model, Some.Rows).Measure([0]));

        Assert.True(model.training);
    }

    private static float Loss(LossSum part)
    {
        using var sum = part.Sum;
        return sum.item<float>();
    }
}
