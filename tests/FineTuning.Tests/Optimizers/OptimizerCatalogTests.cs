using Platform.FineTuning.Optimizers;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Optimizers;

[Collection(ProcessWideState.Name)]
public sealed class OptimizerCatalogTests
{
    public static TheoryData<string> Names => [.. OptimizerCatalog.Names];

    [Theory, MemberData(nameof(Names))]
    public void EveryNamedOptimizerLowersALoss(string name)
    {
        using var parameters = new Quadratic();
        using var optimizer = OptimizerCatalog.Create(Options(name), parameters.All);
        var before = parameters.Loss();

        for (var step = 0; step < 100; step++) parameters.Step(optimizer, 0.02);

        Assert.True(parameters.Loss() < 0.7 * before, $"{before:f3} -> {parameters.Loss():f3}");
    }

    [Theory, MemberData(nameof(Names))]
    public void AStateThatIsLoadedGivesTheSameStepsBitForBit(string name)
    {
        using var parameters = new Quadratic();
        using var optimizer = OptimizerCatalog.Create(Options(name), parameters.All);
        for (var step = 0; step < 3; step++) parameters.Step(optimizer, 0.01);
        using var copy = new Quadratic(parameters);
        using var resumed = OptimizerCatalog.Create(Options(name), copy.All);
        resumed.Load(optimizer.State.ToDictionary(item => item.Key, item => item.Value));

        for (var step = 0; step < 3; step++)
        {
            parameters.Step(optimizer, 0.01);
            copy.Step(resumed, 0.01);
        }

        Assert.Equal(parameters.Values(), copy.Values());
    }

    [Theory, MemberData(nameof(Names))]
    public void AGroupsFactorMultipliesItsLearningRate(string name)
    {
        using var parameters = new Quadratic();
        using var copy = new Quadratic(parameters);
        using var plain = OptimizerCatalog.Create(Options(name), parameters.All);
        using var halved = OptimizerCatalog.Create(Options(name) with { LearningRate = 1, Optimizer = new() { Name = name, LoraPlusRatio = 2 } }, [.. copy.All.Select(p => p with { Name = "lora_B." + p.Name })]);

        parameters.Step(plain, 0.02);
        copy.Step(halved, 0.01);

        Assert.Equal(parameters.Values(), copy.Values(), (left, right) => Math.Abs(left - right) < 1e-6f);
    }

    [Fact]
    public void AFigureThatAnOptimizerDoesNotHaveIsRefusedByName()
    {
        var refusal = Assert.Throws<ArgumentException>(() => OptimizerCatalog.Create(new() { Optimizer = new() { Name = "sgd", Beta2 = 0.9, Momentum = 1.5 } }, []));

        Assert.Contains("beta2 is 0.9, but the optimizer sgd has no such figure", refusal.Message);
        Assert.Contains("momentum is 1.5", refusal.Message);
    }

    private static TrainingOptions Options(string name) => new() { MaxSteps = 10, Optimizer = new() { Name = name } };

    /// <summary>Two parameters, one above and one below the size from which moments take eight bits, drawn to a target.</summary>
    private sealed class Quadratic : IDisposable
    {
        private readonly Tensor[] _targets;

        public Quadratic(Quadratic? copied = null)
        {
            using var generator = new Generator(4);
            long[][] shapes = [[80, 64], [24]];
            _targets = [.. shapes.Select(shape => randn(shape, generator: generator))];
            All = [.. shapes.Select((shape, i) => new TrainableParameter($"p{i}", copied is null ? zeros(shape).requires_grad_() : copied.All[i].Tensor.detach().clone().requires_grad_()))];
        }

        public TrainableParameter[] All { get; }

        public double Loss() => All.Zip(_targets, (parameter, target) => (parameter.Tensor - target).pow(2).mean().item<float>()).Sum();

        public void Step(IOptimizer optimizer, double rate)
        {
            foreach (var (parameter, target) in All.Zip(_targets)) parameter.Tensor.grad = (parameter.Tensor - target).detach();
            optimizer.Step(rate);
        }

        public float[] Values() => [.. All.SelectMany(parameter => parameter.Tensor.data<float>().ToArray())];

        public void Dispose()
        {
            foreach (var tensor in _targets.Concat(All.Select(parameter => parameter.Tensor))) tensor.Dispose();
        }
    }
}
