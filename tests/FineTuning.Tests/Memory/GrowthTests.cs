using Platform.FineTuning.Memory;
using Platform.FineTuning.Optimizers;
using Platform.FineTuning.Supervised;
using Platform.Peft;
using Platform.Peft.Lora;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Memory;

/// <summary>Long runs hold as many tensors as short ones.</summary>
[Collection(ProcessWideState.Name)]
public sealed class GrowthTests
{
    private const int Steps = 300;

    [Fact]
    public void AWholeModelHoldsNoMoreTensorsAfterThreeHundredStepsThanAfterTwo()
    {
        using var model = Some.Trained("llama");
        HoldsNoMore(new SupervisedObjective(model, Some.Rows) { Checkpointing = Checkpointing.Blocks }, [.. model.named_parameters().Select(pair => new TrainableParameter(pair.name, pair.parameter))]);
    }

    [Fact]
    public void AnAdapterHoldsNoMoreTensorsAfterThreeHundredStepsThanAfterTwo()
    {
        using var model = Some.Model("llama");
        using var generator = new Generator(1);
        using var adapter = Adapters.Attach(model, new LoraOptions { Rank = 2, Dropout = 0.1, TargetModules = ModulePattern.List("q_proj", "v_proj") }, generator);
        model.train();
        HoldsNoMore(new SupervisedObjective(model, Some.Rows), [.. adapter.Parameters.Select(item => new TrainableParameter(item.Name, item.Parameter))]);
    }

    private static void HoldsNoMore(SupervisedObjective objective, IReadOnlyList<TrainableParameter> parameters)
    {
        List<long> held = [];
        var options = new TrainingOptions { MaxSteps = Steps, BatchSize = 2, LearningRate = 1e-3, DivergenceFactor = 0 };
        using var run = new TrainingRun(options, objective, new TrainedParameters(parameters), OptimizerCatalog.Create(options, parameters), TimeProvider.System)
        {
            Stepped = _ => held.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount),
        };
        run.Run(CancellationToken.None);

        Assert.Equal(Steps, held.Count);
        Assert.Equal(held[1], held[^1]);
    }
}
