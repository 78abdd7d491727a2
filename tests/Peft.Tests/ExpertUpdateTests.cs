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

    private static double Difference(Tensor left, Tensor right) => left.sub(right).abs().max().item<float>();
}
