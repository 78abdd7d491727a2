using Platform.FineTuning.Schedules;

namespace Platform.FineTuning.Tests.Schedules;

public sealed class ScheduleCatalogTests
{
    public static TheoryData<string> Names => [.. ScheduleCatalog.Names];

    [Theory, MemberData(nameof(Names))]
    public void EveryScheduleRisesThroughItsWarmupToTheFullRate(string name)
    {
        var schedule = ScheduleCatalog.Create(new() { Name = name, WarmupSteps = 10 }, totalSteps: 100, learningRate: 1e-3);

        Assert.InRange(schedule.FactorAt(0), 0, 0.1);
        Assert.InRange(schedule.FactorAt(5), 0.4, 0.6);
        Assert.Equal(1, schedule.FactorAt(10), 2);
        Assert.All(Enumerable.Range(0, 100), step => Assert.InRange(schedule.FactorAt(step), 0, 1));
    }

    [Theory]
    [InlineData("cosine")]
    [InlineData("cosine-warmup-with-min-lr")]
    [InlineData("polynomial")]
    [InlineData("warmup-stable-decay")]
    public void AFloorIsTheSameAsARateAndAsAPart(string name)
    {
        var rate = ScheduleCatalog.Create(new() { Name = name, MinLearningRate = 1e-4 }, 100, 1e-3);
        var part = ScheduleCatalog.Create(new() { Name = name, MinLearningRateRatio = 0.1 }, 100, 1e-3);

        Assert.Equal(0.1, rate.FactorAt(100), 3); // cosine-warmup-with-min-lr turns up again by one step
        Assert.All(Enumerable.Range(0, 100), step => Assert.Equal(rate.FactorAt(step), part.FactorAt(step), 9));
    }

    [Fact]
    public void TheStablePartLastsUntilTheDecay()
    {
        var schedule = ScheduleCatalog.Create(new() { Name = "warmup-stable-decay", WarmupSteps = 10, DecayRatio = 0.2 }, 100, 1e-3);

        Assert.Equal((1, 1), (schedule.FactorAt(10), schedule.FactorAt(79)));
        Assert.InRange(schedule.FactorAt(90), 0.4, 0.6);
        Assert.Equal(0, schedule.FactorAt(100), 9);
    }

    [Fact]
    public void FiguresThatDoNotFitAreRefusedByName()
    {
        var problems = string.Join(" ", new ScheduleOptions { Name = "linear", Power = 2, WarmupRatio = 0.1, WarmupSteps = 5, MinLearningRate = 1e-5, MinLearningRateRatio = 0.1 }.Problems());

        Assert.All(["power is 2, but the schedule linear", "warmupRatio is 0.1 and warmupSteps is 5", "minLearningRate is 1E-05 and minLearningRateRatio"], part => Assert.Contains(part, problems));
    }
}
