using Platform.Modeling;
using Platform.Peft.Lora;
using Platform.Testing;
using static TorchSharp.torch;

namespace Platform.Peft.Tests;

public sealed class ExpertUpdateTests : IDisposable
{
    private static readonly LoraOptions Options = new()
    {
        Rank = 2,
        Init = LoraInit.Random,
        TargetModules = ModulePattern.List("q_proj"),
        TargetParameters = ["mlp.experts.down_proj", "mlp.experts.gate_up_proj", "mlp.gate.weight"],
    };

    private readonly CausalLanguageModel _model = PretrainedModel.Load<CausalLanguageModel>(Path.Combine(RepositoryFolder.Fixtures, "peft", "_base", "mixtral"), CPU);
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void ExpertsAreAdaptedMergedAndRestoredBitByBit()
    {
        var before = _model.named_parameters().ToDictionary(item => item.name, item => item.parameter.detach().clone());
        var plain = Llama.Logits(_model);
        using (var adapter = Adapters.Attach(_model, Options, new Generator(1)))
        {
            var adapted = Llama.Logits(_model);
            Assert.True(Difference(plain, adapted) > 0.01);
            adapter.Enabled = false;
            Assert.Equal(0, Difference(plain, Llama.Logits(_model)));
            adapter.Enabled = true;
            adapter.Merge();
            Assert.InRange(Difference(adapted, Llama.Logits(_model)), 0, 1e-4);
            adapter.Unmerge();
            Assert.Equal(0, Difference(adapted, Llama.Logits(_model)));
        }

        Assert.All(_model.named_parameters(), item => Assert.Equal(0, Difference(before[item.name], item.parameter)));
        Assert.Equal(0, Difference(plain, Llama.Logits(_model)));
    }

    [Fact]
    public void AMergeForGoodStays()
    {
        var adapter = Adapters.Attach(_model, Options, new Generator(1));
        var adapted = Llama.Logits(_model);
        adapter.MergeForGood();
        adapter.Dispose();
        Assert.InRange(Difference(adapted, Llama.Logits(_model)), 0, 1e-4);
    }

    [Fact]
    public void TheFirstNamedOfAModuleLiesInnermostInTheFile()
    {
        using var adapter = Adapters.Attach(_model, Options, new Generator(1));
        var down = adapter.Parameters.Single(item => item.Name == "base_model.model.model.layers.0.mlp.experts.base_layer.lora_B.weight").Parameter;
        var gateUp = adapter.Parameters.Single(item => item.Name == "base_model.model.model.layers.0.mlp.experts.lora_B.weight").Parameter;
        Assert.Equal((32, 64), (down.shape[0], gateUp.shape[0]));
    }

    [Fact]
    public void ANewUpdateDoesNotChangeTheModel()
    {
        var plain = Llama.Logits(_model);
        using var adapter = Adapters.Attach(_model, Options with { Init = LoraInit.Kaiming }, new Generator(1));
        Assert.Equal(0, Difference(plain, Llama.Logits(_model)));
    }

    [Fact]
    public void ExpertsTrainWhereNoLayerIsTargeted()
    {
        using var adapter = Adapters.Attach(_model, Options with { Init = LoraInit.Kaiming, TargetModules = ModulePattern.List(), TargetParameters = ["mlp.experts.down_proj"] }, new Generator(1));
        var factors = adapter.Parameters.Select(item => item.Parameter).ToList();
        Assert.All(adapter.Parameters, item => Assert.Contains(".mlp.experts.lora_", item.Name));
        Assert.All(_model.parameters().Except(factors), parameter => Assert.False(parameter.requires_grad));

        var losses = Enumerable.Range(0, 20).Select(_ => Descend(factors, rate: 1)).ToList();

        Assert.True(losses[^1] < 0.9 * losses[0], $"The loss went from {losses[0]} to {losses[^1]}.");
    }

    [Theory]
    [InlineData("experts")]
    [InlineData("mlp")]
    public void AModuleWithoutAMatrixOfThatNameInItsFileIsRefused(string module) =>
        Assert.Throws<NotSupportedException>(() => Adapters.Attach(_model, Options with { TargetModules = ModulePattern.List("q_proj", module), TargetParameters = [] }, new Generator(1)));

    [Fact]
    public void AParameterThatIsNotThereIsNamedWithWhatIs()
    {
        var plain = Llama.Logits(_model);
        var refusal = Assert.Throws<ArgumentException>(() => Adapters.Attach(_model, Options with { TargetParameters = ["mlp.experts.up_proj"] }, new Generator(1)));
        Assert.Contains("mlp.experts.up_proj", refusal.Message);
        Assert.Contains("gate.weight, experts.gate_up_proj, experts.down_proj", refusal.Message);
        Assert.Equal(0, Difference(plain, Llama.Logits(_model)));
    }

    [Fact]
    public void WhatTheLayoutLacksIsRefused() => Assert.Contains("lora_dropout", Assert.Throws<ArgumentException>(() => Adapters.Attach(_model, Options with { Dropout = 0.1 }, new Generator(1))).Message);

    /// <summary>A step down the gradient of the loss of a text.</summary>
    /// <returns>the loss before it</returns>
    private double Descend(IReadOnlyList<Tensor> parameters, double rate)
    {
        using var scope = NewDisposeScope();
        var ids = tensor(new long[] { 5, 17, 42, 99, 7, 23 }, 1, 6);
        var loss = nn.functional.cross_entropy(_model.Logits(ids)[0, ..5], ids[0, 1..]);
        loss.backward();
        using var noGradients = no_grad();
        foreach (var parameter in parameters)
        {
            parameter.add_(parameter.grad!, alpha: -rate);
            parameter.grad = null;
        }

        return loss.item<float>();
    }

    private static double Difference(Tensor left, Tensor right) => left.sub(right).abs().max().item<float>();
}
