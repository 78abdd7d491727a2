using Platform.FineTuning;
using Platform.FineTuning.Optimizers;
using Platform.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.BaseModels;

/// <summary>Trains a whole new model with the platform's own loop.</summary>
public static class Pretraining
{
    private const int GroupsPerPool = 16;

    /// <summary>What the recipes have in common.</summary>
    public static TrainingOptions Options(long steps, double learningRate) => new()
    {
        MaxSteps = steps,
        BatchSize = 1,
        LearningRate = learningRate,
        Schedule = new() { Name = "cosine", WarmupRatio = 0.06 },
        WeightDecay = 0.05,
        MaxGradNorm = 1,
        Seed = 1,
    };

    /// <summary>Rows of like length bound together, each group the size of a step.</summary>
    public static GroupedRows Steps(IObjective objective, IEnumerable<int> lengths, int rowsPerStep) => GroupedRows.ByLength(objective, [.. lengths], rowsPerStep, GroupsPerPool);

    /// <summary>Gives the model its first weights and trains it. Norms and biases are not decayed: they have no reason to be small.</summary>
    public static void Run(PretrainedModel model, TrainingOptions options, IObjective objective)
    {
        using var random = new Generator((ulong)options.Seed);
        manual_seed(options.Seed);
        model.Initialize(random);
        model.train();
        var parameters = model.named_parameters().Where(pair => pair.parameter.requires_grad).Select(pair => new TrainableParameter(pair.name, pair.parameter)).ToList();
        Console.WriteLine($"{model.GetName()}: {parameters.Sum(parameter => parameter.Tensor.numel()):n0} parameters");

        ParameterGroup[] groups = [new([.. parameters.Where(p => p.Tensor.dim() > 1)], options.WeightDecay), new([.. parameters.Where(p => p.Tensor.dim() == 1)])];
        using var run = new TrainingRun(options, objective, new TrainedParameters(parameters), new AdamW(groups, new() { Beta2 = 0.98 }), TimeProvider.System)
        {
            Stepped = progress =>
            {
                if (progress.Step % 50 != 0) return;
                Console.WriteLine($"step {progress.Step}/{progress.TotalSteps}  loss {progress.Loss:f3}  {progress.TokensPerSecond:f0} tokens/s  {progress.Remaining:mm\\:ss} left");
            },
        };
        run.Run(CancellationToken.None);
        model.eval();
    }
}
