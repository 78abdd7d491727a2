using Platform.FineTuning.Memory;
using Platform.FineTuning.Optimizers;
using Platform.FineTuning.Supervised;
using Platform.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Memory;

/// <summary>Steps taken block by block within the backward pass move the weights as one step after it.</summary>
[Collection(ProcessWideState.Name)]
public sealed class OptimizerInBackwardTests
{
    private const int Steps = 3;

    [Theory]
    [InlineData("llama")] // its head is a layer of its own
    [InlineData("gemma2")] // its head is the embedding, which learns at both ends of the pass
    [InlineData("mixtral")]
    public void TheWeightsBecomeTheSameBitByBit(string family)
    {
        using var after = Some.Trained(family);
        using var within = Some.Trained(family);
        using var plain = new AdamW(Groups(after));
        using var early = new OptimizerInBackward(within, Groups(within), groups => new AdamW(groups));

        Train(after, plain, new SupervisedObjective(after, Some.Rows));
        Train(within, early, new SupervisedObjective(within, Some.Rows) { Checkpointing = Checkpointing.Blocks, BlockLearned = early.BlockLearned });

        Assert.Equal(Values(after), Values(within));
        Assert.Equal(plain.State.Select(pair => pair.Key), early.State.Select(pair => pair.Key));
    }

    [Fact]
    public void GradientsOfOneBlockAreThereAtATime()
    {
        using var model = Some.Trained("llama");
        using var optimizer = new OptimizerInBackward(model, Groups(model), groups => new AdamW(groups));
        var most = 0;
        var objective = new SupervisedObjective(model, Some.Rows)
        {
            BlockLearned = block =>
            {
                most = Math.Max(most, model.Blocks.Count(item => item.parameters().Any(HasGradient)));
                optimizer.BlockLearned(block);
            },
        };
        optimizer.Begin(1e-3);
        objective.Learn([0, 1], weight: 0.1).Sum.Dispose();

        Assert.Equal(1, most);
        Assert.Contains("model.embed_tokens.weight", model.named_parameters().Where(pair => HasGradient(pair.parameter)).Select(pair => pair.name));
        Assert.True(optimizer.MovedNorm > 0);
    }

    [Fact]
    public void TheStateOfAnOrdinaryOptimizerIsItsOwn()
    {
        using var one = Some.Trained("llama");
        using var other = Some.Trained("llama");
        using var plain = new AdamW(Groups(one));
        Train(one, plain, new SupervisedObjective(one, Some.Rows));
        using var early = new OptimizerInBackward(other, Groups(other), groups => new AdamW(groups));

        early.Load(plain.State.ToDictionary());

        Assert.Equal(plain.State.Select(pair => (pair.Key, Sum(pair.Value))), early.State.Select(pair => (pair.Key, Sum(pair.Value))));
    }

    [Fact]
    public void AStepThatHasNotBegunIsRefused()
    {
        using var model = Some.Trained("llama");
        using var optimizer = new OptimizerInBackward(model, Groups(model), groups => new AdamW(groups));
        Assert.Contains("learning rate", Assert.Throws<InvalidOperationException>(() => optimizer.BlockLearned(0)).Message);
    }

    [Fact]
    public void ARunGivesTheSameLossesNormsAndWeights()
    {
        var (losses, norms, values) = Run(new() { MaxSteps = 4, BatchSize = 1, LearningRate = 1e-2, MaxGradNorm = 0, DivergenceFactor = 0 });
        var early = Run(new() { MaxSteps = 4, BatchSize = 1, LearningRate = 1e-2, MaxGradNorm = 0, DivergenceFactor = 0, OptimizerInBackward = true });

        Assert.Equal(losses, early.Losses);
        Assert.Equal(values, early.Values);
        Assert.All(norms.Zip(early.Norms), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * pair.First));

        static (List<double> Losses, List<double> Norms, float[] Values) Run(TrainingOptions options)
        {
            using var model = Some.Trained("llama");
            List<double> losses = [], norms = [];
            TrainableParameter[] parameters = [.. model.named_parameters().Select(pair => new TrainableParameter(pair.name, pair.parameter))];
            var objective = new SupervisedObjective(model, Some.Rows);
            var optimizer = options.OptimizerInBackward ? OptimizerCatalog.CreateInBackward(options, model, parameters, objective) : OptimizerCatalog.Create(options, parameters);
            using var run = new TrainingRun(options, objective, new TrainedParameters(parameters), optimizer, TimeProvider.System)
            {
                Stepped = progress =>
                {
                    losses.Add(progress.Loss);
                    norms.Add(progress.GradNorm);
                },
            };
            run.Run(CancellationToken.None);
            return (losses, norms, Values(model));
        }
    }

    [Fact]
    public void WhatNeedsAllGradientsAtOnceIsRefusedByName()
    {
        var problems = new TrainingOptions { MaxSteps = 1, OptimizerInBackward = true, MaxGradNorm = 1, GradientAccumulation = 2, ScaleLoss = true }.Problems();
        Assert.Equal(3, problems.Count);
        Assert.Contains("maxGradNorm 1;", problems[0]);
        Assert.Contains("gradientAccumulation 2;", problems[1]);
        Assert.Contains("fp16", problems[2]);
    }

    private static void Train(CausalLanguageModel model, IOptimizer optimizer, SupervisedObjective objective)
    {
        for (var step = 0; step < Steps; step++)
        {
            optimizer.Begin(1e-2);
            objective.Learn([0, 1], weight: 0.1).Sum.Dispose();
            optimizer.Step(1e-2);
            foreach (var parameter in model.parameters()) parameter.grad = null;
        }
    }

    private static IReadOnlyList<ParameterGroup> Groups(CausalLanguageModel model)
    {
        var parameters = model.named_parameters().Select(pair => new TrainableParameter(pair.name, pair.parameter)).ToLookup(parameter => parameter.Tensor.dim() > 1);
        return [new([.. parameters[true]], WeightDecay: 0.1), new([.. parameters[false]])];
    }

    private static bool HasGradient(Tensor parameter)
    {
        using var gradient = parameter.grad;
        return gradient is not null;
    }

    private static float[] Values(CausalLanguageModel model) => [.. model.parameters().SelectMany(parameter => parameter.detach().contiguous().data<float>().ToArray())];

    private static double Sum(Tensor tensor) => tensor.to(ScalarType.Float64).sum().ToDouble();
}
