namespace Platform.FineTuning.Tests;

[Collection(ProcessWideState.Name)]
public sealed class TrainingPlanTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 2, BatchSize = 4, GradientAccumulation = 2, Seed = 42 };

    [Fact]
    public void EveryEpochVisitsEveryRowOnceInAnOrderOfItsOwn()
    {
        var plan = new TrainingPlan(Options, rows: 18);
        var first = Rows(plan, 0, plan.StepsPerEpoch);
        var second = Rows(plan, plan.StepsPerEpoch, plan.StepsPerEpoch);

        Assert.Equal(Enumerable.Range(0, 18), first.Order());
        Assert.Equal(Enumerable.Range(0, 18), second.Order());
        Assert.NotEqual(first, second);
    }

    /// <summary>torch.randperm(8, generator=torch.Generator().manual_seed(42)).tolist()</summary>
    [Fact]
    public void TheOrderIsPyTorchs()
    {
        using var generator = new TorchSharp.torch.Generator(42);
        using var expected = TorchSharp.torch.randperm(8, generator: generator);

        Assert.Equal(expected.data<long>().ToArray(), Rows(new(Options, rows: 8), 0, 1).Select(row => (long)row));
    }

    [Theory]
    [InlineData(18, 3, 6)]  // 5 micro-batches, in steps of 2, 2 and 1
    [InlineData(16, 2, 4)]
    [InlineData(1, 1, 2)]
    public void TheLastStepOfAnEpochTakesWhatIsLeft(int rows, long stepsPerEpoch, long totalSteps)
    {
        var plan = new TrainingPlan(Options, rows);

        Assert.Equal(stepsPerEpoch, plan.StepsPerEpoch);
        Assert.Equal(totalSteps, plan.TotalSteps);
    }

    [Fact]
    public void APartOfAnEpochIsRoundedUpToWholeSteps() => Assert.Equal(4, new TrainingPlan(Options with { Epochs = 1.1 }, rows: 18).TotalSteps);

    [Fact]
    public void TheLearningRateRisesThroughTheWarmupAndFallsToZero()
    {
        var plan = new TrainingPlan(Options with { Epochs = null, MaxSteps = 100, LearningRate = 1e-3, Schedule = new() { Name = "linear", WarmupRatio = 0.1 } }, rows: 18);

        Assert.Equal(0, plan.LearningRate(0));
        Assert.Equal(5e-4, plan.LearningRate(5), 12);
        Assert.Equal(1e-3, plan.LearningRate(10), 12);
        Assert.Equal(5e-4, plan.LearningRate(55), 12);
        Assert.Equal(1e-3 / 90, plan.LearningRate(99), 12);
    }

    [Fact]
    public void EverythingThatIsWrongIsSaidAtOnce()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new TrainingPlan(
            new() { Epochs = 1, MaxSteps = 5, BatchSize = 0, LearningRate = -1, Schedule = "zigzag", Optimizer = new() { Name = "adamw", Beta1 = 2 } }, rows: 18));

        Assert.All(["epochs and maxSteps", "batchSize is 0", "learningRate is -1", "'zigzag'", "beta1 is 2"], part => Assert.Contains(part, refusal.Message));
    }

    private static int[] Rows(TrainingPlan plan, long first, long count) =>
        [.. Enumerable.Range((int)first, (int)count).SelectMany(step => plan.MicroBatches(step)).SelectMany(rows => rows)];
}
