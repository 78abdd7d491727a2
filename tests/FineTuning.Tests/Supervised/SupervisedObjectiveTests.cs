using Platform.Data.Collation;
using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Modeling.Mixtral;
using Platform.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Supervised;

public sealed class SupervisedObjectiveTests
{
    [Fact]
    public void WhatTheModelAddsToTheMeanLossCountsOncePerLabelInTrainingAndNotInEvaluation()
    {
        using var scope = NewDisposeScope();
        using var model = (MixtralForCausalLm)PretrainedModel.Load(Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "models", "mixtral"), CPU);
        int[] ids = [5, 9, 7, 3, 11];
        var objective = new SupervisedObjective(model, [new SupervisedExample(ids, [-100, -100, 7, 3, 11])]);
        model.named_parameters().ToList().ForEach(pair => pair.parameter.requires_grad_());
        var training = objective.Learn([0], weight: 1);
        var evaluation = objective.MeanLoss(1)!.Value;

        var inputs = tensor((long[])[.. ids.Select(id => (long)id)], 1, 5);
        using var context = model.PrepareForward(inputs);
        model.HiddenStates(inputs, context);
        var balance = model.LoadBalancing(context).ToDouble();
        Assert.Equal(3, training.Count);
        Assert.Equal(evaluation + model.Config.RouterLossWeight * balance, training.Sum.ToDouble() / training.Count, 1e-5);

        Assert.True(model.named_parameters().Single(pair => pair.name == "model.layers.1.mlp.gate.weight").parameter.grad!.abs().sum().ToDouble() > 0);
    }
}
