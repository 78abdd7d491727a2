using Platform.Modeling;
using Platform.Peft.Layers;
using Platform.Peft.Lora;
using static TorchSharp.torch;

namespace Platform.Peft.Tests;

public sealed class LoraAdapterTests : IDisposable
{
    private static readonly LoraOptions QueryAndValue = new() { Rank = 4, Alpha = 8, TargetModules = ModulePattern.List("q_proj", "v_proj") };

    private readonly CausalLanguageModel _model = Llama.Load();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void ANewAdapterDoesNotChangeTheModel()
    {
        var before = Llama.Logits(_model);
        using var adapter = Adapters.Attach(_model, QueryAndValue, new Generator(1));
        Assert.Equal(0, Difference(before, Llama.Logits(_model)));
    }

    [Fact]
    public void OnlyTheAdapterIsTrained()
    {
        using var adapter = Adapters.Attach(_model, QueryAndValue, new Generator(1));
        var trained = _model.named_parameters().Where(parameter => parameter.parameter.requires_grad).Select(parameter => parameter.name).ToList();
        Assert.Equal(8, trained.Count);
        Assert.All(trained, name => Assert.Contains(".lora_", name));
        Assert.Equal(trained.Select(name => $"base_model.model.{name.Replace(".adapter_0", "")}").Order(), adapter.Parameters.Select(parameter => parameter.Name).Order());
    }

    [Fact]
    public void MergingKeepsTheForwardPass()
    {
        using var adapter = Adapters.Load(_model, Llama.Adapter("lora-llama-qv"));
        var adapted = Llama.Logits(_model);
        adapter.Merge();
        Assert.InRange(Difference(adapted, Llama.Logits(_model)), 0, 1e-4);
        Assert.True(adapter.IsMerged);
    }

    [Fact]
    public void UnmergingRestoresEveryBit()
    {
        var before = _model.named_parameters().ToDictionary(parameter => parameter.name, parameter => parameter.parameter.detach().clone());
        var adapter = Adapters.Load(_model, Llama.Adapter("lora-llama-qv"));
        adapter.Merge();
        adapter.Merge();
        adapter.Unmerge();
        adapter.Dispose();
        Assert.All(_model.named_parameters(), parameter => Assert.True(parameter.parameter.eq(before[parameter.name]).all().item<bool>(), parameter.name));
    }

    [Fact]
    public void AMergedModelHasThePlainModelsNames()
    {
        var names = _model.named_parameters().Select(parameter => parameter.name).ToList();
        var plain = Llama.Logits(_model);
        Adapters.MergeInto(_model, Llama.Adapter("lora-llama-qv"));
        Assert.Equal(names, _model.named_parameters().Select(parameter => parameter.name));
        Assert.True(Difference(plain, Llama.Logits(_model)) > 0.1);
    }

    [Fact]
    public void ADetachedAdapterLeavesTheBaseModel()
    {
        var before = Llama.Logits(_model);
        using (Adapters.Load(_model, Llama.Adapter("lora-llama-qv"))) Assert.True(Difference(before, Llama.Logits(_model)) > 0.1);
        Assert.Equal(0, Difference(before, Llama.Logits(_model)));
    }

    [Fact]
    public void WhatIsSavedIsLoaded()
    {
        var folder = Directory.CreateTempSubdirectory("adapter-");
        try
        {
            Tensor trained;
            using (var adapter = Adapters.Attach(_model, QueryAndValue with { Init = LoraInit.Random }, new Generator(3)))
            {
                trained = Llama.Logits(_model);
                adapter.Save(folder.FullName);
            }

            using var loaded = Adapters.Load(_model, folder.FullName);
            Assert.Equal(0, Difference(trained, Llama.Logits(_model)));
            Assert.Equal(["README.md", "adapter_config.json", "adapter_model.safetensors"], folder.EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void FactorsAreDrawnLikeFreshLinearLayers()
    {
        using var adapter = Adapters.Attach(_model, QueryAndValue, new Generator(7));
        var first = (LoraUpdate)((LayerAdapter)adapter).Updates.First().Update;

        // PEFT draws two linear layers, then A once more.
        using var generator = new Generator(7);
        var bound = 1 / Math.Sqrt(first.Down.shape[1]);
        empty(first.Down.shape).uniform_(-bound, bound, generator);
        empty(first.Up.shape).uniform_(-1 / Math.Sqrt(4), 1 / Math.Sqrt(4), generator);
        var expected = empty(first.Down.shape).uniform_(-bound, bound, generator);
        Assert.InRange(Difference(expected, first.Down), 0, 1e-7);
        Assert.True(first.Up.eq(0).all().item<bool>());
    }

    [Fact]
    public void DropoutActsOnlyWhileTraining()
    {
        using var adapter = Adapters.Attach(_model, QueryAndValue with { Dropout = 0.5, Init = LoraInit.Random }, new Generator(3));
        Assert.Equal(0, Difference(Llama.Logits(_model), Llama.Logits(_model)));
        _model.train();
        Assert.True(Difference(Llama.Logits(_model), Llama.Logits(_model)) > 0);
    }

    [Fact]
    public void ATargetThatIsNotThereIsNamedWithWhatIs()
    {
        var refusal = Assert.Throws<ArgumentException>(() => Adapters.Attach(_model, new LoraOptions { TargetModules = ModulePattern.List("query") }, new Generator(1)));
        Assert.Contains("[query]", refusal.Message);
        Assert.Contains("down_proj, embed_tokens, gate_proj, k_proj", refusal.Message);
    }

    [Fact]
    public void AllProblemsOfTheOptionsAreToldAtOnce()
    {
        var refusal = Assert.Throws<ArgumentException>(() => Adapters.Attach(_model, new LoraOptions { Rank = 0, Alpha = -1, Dropout = 1 }, new Generator(1)));
        Assert.All(new[] { "r is 0", "lora_alpha is -1", "lora_dropout is 1" }, problem => Assert.Contains(problem, refusal.Message));
    }

    private static double Difference(Tensor left, Tensor right) => left.sub(right).abs().max().item<float>();
}
