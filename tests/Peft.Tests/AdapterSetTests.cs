using Platform.Modeling;
using Platform.Peft.Lora;
using static TorchSharp.torch;

namespace Platform.Peft.Tests;

public sealed class AdapterSetTests : IDisposable
{
    private readonly CausalLanguageModel _model = Llama.Load();
    private readonly AdapterSet _set;
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public AdapterSetTests()
    {
        _set = new AdapterSet(_model);
        _set.Attach("queries", Options("q_proj"), new Generator(1));
        _set.Attach("values", Options("v_proj", "q_proj"), new Generator(2));
    }

    public void Dispose()
    {
        _set.Dispose();
        _scope.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void NothingActsBeforeItIsActivated()
    {
        using var plain = Llama.Load();
        Assert.Equal(0, Difference(Llama.Logits(plain), Llama.Logits(_model)));
        _set.Activate("values");
        Assert.True(Difference(Llama.Logits(plain), Llama.Logits(_model)) > 0.01);
        _set.Activate();
        Assert.Equal(0, Difference(Llama.Logits(plain), Llama.Logits(_model)));
    }

    [Fact]
    public void OnlyWhatActsIsTrained()
    {
        _set.Activate("queries");
        Assert.All(_set["queries"].Parameters, item => Assert.True(item.Parameter.requires_grad));
        Assert.All(_set["values"].Parameters, item => Assert.False(item.Parameter.requires_grad));
    }

    [Fact]
    public void EachRowHasItsOwnAdapter()
    {
        var ids = tensor(new long[] { 1, 17, 42, 99, 5, 64 }, [1, 6]);
        List<Tensor> alone = [];
        foreach (var name in (string[])["values", AdapterSet.Base, "queries"])
        {
            _set.Activate(name == AdapterSet.Base ? [] : [name]);
            alone.Add(_model.Logits(ids));
        }

        using (_set.ChooseRows(["values", AdapterSet.Base, "queries"]))
        {
            Assert.InRange(Difference(cat([.. alone], 0), _model.Logits(ids.expand(3, -1))), 0, 1e-5);
            Assert.Throws<ArgumentException>(() => _model.Logits(ids));
            Assert.Throws<InvalidOperationException>(() => _set.Activate("values"));
        }

        Assert.Equal(["queries"], _set.Active);
        Assert.Equal(0, Difference(alone[2], _model.Logits(ids)));
    }

    [Fact]
    public void CatIsTheWeightedSumOfTheUpdates()
    {
        var combined = (Layers.LayerAdapter)_set.Combine("both", new WeightedCombination { Kind = CombinationKind.Cat, Sources = [("queries", 0.5), ("values", -2)] });
        foreach (var (path, _, update) in combined.Updates)
        {
            var expected = Delta("values", path)!.mul(-2);
            if (Delta("queries", path) is { } queries) expected = expected.add(queries.mul(0.5));
            Assert.InRange(Difference(expected, ((LoraUpdate)update).Delta()), 0, 1e-6);
        }
    }

    [Theory]
    [InlineData(CombinationKind.DareLinear)]
    [InlineData(CombinationKind.DareTies)]
    public void DareNeedsAGeneratorAndRepeatsWithItsSeed(CombinationKind kind)
    {
        var combination = new WeightedCombination { Kind = kind, Sources = [("queries", 1), ("values", 1)], Density = 0.5 };
        Assert.Contains("generator", Assert.Throws<ArgumentException>(() => _set.Combine("dare", combination)).Message);
        var (first, second) = (_set.Combine("first", combination with { Generator = new Generator(5) }), _set.Combine("second", combination with { Generator = new Generator(5) }));
        Assert.All(first.Parameters.Zip(second.Parameters), pair => Assert.Equal(0, Difference(pair.First.Parameter, pair.Second.Parameter)));
        Assert.Contains(first.Parameters, item => item.Parameter.eq(0).any().item<bool>());
    }

    [Fact]
    public void TwoThatChangeTheBaseCannotActTogether()
    {
        foreach (var name in (string[])["first", "second"]) _set.Attach(name, Options("q_proj") with { ModulesToSave = ["lm_head"] }, new Generator(1));
        _set.Activate("first", "queries");
        Assert.Contains("first and second", Assert.Throws<ArgumentException>(() => _set.Activate("first", "second")).Message);
        Assert.Contains("rows", Assert.Throws<ArgumentException>(() => _set.ChooseRows(["first"])).Message);
    }

    [Fact]
    public void WhatIsTakenOffLeavesTheBaseAndTheOthers()
    {
        using var plain = Llama.Load();
        _set.Activate("queries", "values");
        _set.Merge();
        Assert.Throws<InvalidOperationException>(() => _set.Remove("queries"));
        _set.Unmerge();
        _set.Remove("queries");
        Assert.Equal(["values"], _set.Active);
        _set.Remove("values");
        Assert.Equal(plain.named_parameters().Select(item => item.name), _model.named_parameters().Select(item => item.name));
        Assert.All(plain.parameters().Zip(_model.parameters()), pair => Assert.Equal(0, Difference(pair.First, pair.Second)));
    }

    private Tensor? Delta(string name, string path) =>
        ((Layers.LayerAdapter)_set[name]).Updates.Where(item => item.Path == path).Select(item => ((LoraUpdate)item.Update).Delta()).SingleOrDefault();

    private static LoraOptions Options(params string[] targets) => new() { Rank = 2, Alpha = 4, Init = LoraInit.Random, TargetModules = ModulePattern.List(targets) };

    private static double Difference(Tensor left, Tensor right) => left.sub(right).abs().max().item<float>();
}
