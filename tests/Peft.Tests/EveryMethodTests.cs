using Platform.Modeling;
using static TorchSharp.torch;

namespace Platform.Peft.Tests;

/// <summary>What holds for adapters of every method.</summary>
public sealed class EveryMethodTests : IDisposable
{
    private readonly CausalLanguageModel _model = Llama.Load();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("adapter-");
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> All => [.. EveryMethod.All.Select(method => method.Name)];

    public static TheoryData<string> Mergeable => [.. EveryMethod.All.Where(method => method.Mergeable).Select(method => method.Name)];

    public static TheoryData<string> IdentityAtFirst => [.. EveryMethod.All.Where(method => method.IdentityAtFirst).Select(method => method.Name)];

    public void Dispose()
    {
        _scope.Dispose();
        _model.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory, MemberData(nameof(IdentityAtFirst))]
    public void ANewAdapterDoesNotChangeTheModel(string method)
    {
        var before = Llama.Logits(_model);
        using var adapter = Attach(method, changed: false);
        Assert.Equal(0, Difference(before, Llama.Logits(_model)));
    }

    [Theory, MemberData(nameof(All))]
    public void ATrainedAdapterChangesTheModelUntilItIsSwitchedOff(string method)
    {
        var before = Llama.Logits(_model);
        using var adapter = Attach(method);
        Assert.True(Difference(before, Llama.Logits(_model)) > 1e-4);
        adapter.Enabled = false;
        Assert.Equal(0, Difference(before, Llama.Logits(_model)));
        adapter.Enabled = true;
        Assert.True(Difference(before, Llama.Logits(_model)) > 1e-4);
    }

    [Theory, MemberData(nameof(All))]
    public void AllOfTheAdapterAndNothingElseIsTrained(string method)
    {
        using var adapter = Attach(method);
        var ids = tensor(new long[] { 1, 17, 42, 99, 5, 64 }, [1, 6]);
        _model.Logits(ids).square().mean().backward();
        Assert.All(adapter.Parameters, item => Assert.True(item.Parameter.grad is { } gradient && gradient.abs().max().item<float>() > 0, $"{item.Name} has no gradient"));
        Assert.All(_model.named_parameters().Where(item => item.parameter.grad is not null), item => Assert.Contains(adapter.Parameters, own => own.Parameter.Handle == item.parameter.Handle));
    }

    [Theory, MemberData(nameof(Mergeable))]
    public void MergingKeepsTheForwardPass(string method)
    {
        using var adapter = Attach(method);
        var adapted = Llama.Logits(_model);
        adapter.Merge();
        Assert.InRange(Difference(adapted, Llama.Logits(_model)) / adapted.abs().max().item<float>(), 0, 1e-5);
        adapter.Unmerge();
        Assert.Equal(0, Difference(adapted, Llama.Logits(_model)));
    }

    [Theory, MemberData(nameof(All))]
    public void AModelOfSixteenBitsIsAdaptedByParametersOfThirtyTwo(string method)
    {
        using var model = PretrainedModel.Load<CausalLanguageModel>(Llama.Folder, CPU, new LoadOptions { Dtype = ScalarType.BFloat16 });
        using var adapter = Attach(method, model: model);
        var ids = tensor(new long[] { 1, 17, 42, 99, 5, 64 }, [1, 6]);
        var logits = model.Logits(ids);
        Assert.Equal(ScalarType.BFloat16, logits.dtype);
        logits.square().mean().backward();
        Assert.All(adapter.Parameters, item => Assert.NotNull(item.Parameter.grad));
        if (!EveryMethod.Named(method).Mergeable) return;
        adapter.Merge();
        Assert.InRange(Difference(logits, Llama.Logits(model)) / logits.abs().max().to(ScalarType.Float32).item<float>(), 0, 0.05);
        Assert.All(model.named_parameters().Where(item => !item.parameter.requires_grad), item => Assert.Equal(ScalarType.BFloat16, item.parameter.dtype));
    }

    [Theory, MemberData(nameof(All))]
    public void DisposingRestoresTheBaseBitByBit(string method)
    {
        var before = _model.named_parameters().ToDictionary(item => item.name, item => item.parameter.detach().clone());
        using (var adapter = Attach(method))
        {
            if (EveryMethod.Named(method).Mergeable)
            {
                adapter.Merge();
                adapter.Unmerge();
            }
        }

        Assert.Equal(before.Keys, _model.named_parameters().Select(item => item.name));
        Assert.All(_model.named_parameters(), item => Assert.Equal(0, Difference(before[item.name], item.parameter)));
    }

    [Theory, MemberData(nameof(All))]
    public void WhatIsSavedIsLoadedBitByBit(string method)
    {
        Tensor trained;
        using (var adapter = Attach(method))
        {
            trained = Llama.Logits(_model);
            adapter.Save(_folder.FullName);
        }

        using var loaded = Adapters.Load(_model, _folder.FullName);
        Assert.Equal(0, Difference(trained, Llama.Logits(_model)));
    }

    [Theory, MemberData(nameof(All))]
    public void TheSameSeedGivesTheSameFiles(string method)
    {
        foreach (var name in (string[])["first", "second"])
        {
            using var adapter = Attach(method, changed: false);
            adapter.Save(Path.Combine(_folder.FullName, name));
        }

        Assert.Equal(Files("first"), Files("second"));
    }

    [Theory, MemberData(nameof(Mergeable))]
    public void AnAdapterThatIsNotFiniteIsNotMerged(string method)
    {
        using var adapter = Attach(method);
        var before = _model.named_parameters().ToDictionary(item => item.name, item => item.parameter.detach().clone());
        using (no_grad()) adapter.Parameters[^1].Parameter.flatten()[0] = float.NaN;
        Assert.Contains(adapter.Parameters[^1].Name, Assert.Throws<InvalidOperationException>(adapter.Merge).Message);
        Assert.False(adapter.IsMerged);
        Assert.All(_model.named_parameters().Where(item => !item.parameter.requires_grad), item => Assert.Equal(0, Difference(before[item.name], item.parameter)));
    }

    private IAdapter Attach(string method, bool changed = true, CausalLanguageModel? model = null)
    {
        var adapter = Adapters.Attach(model ?? _model, EveryMethod.Named(method).Options, new Generator(3));
        if (!changed) return adapter;
        using var noGradients = no_grad();
        var generator = new Generator(4);
        foreach (var (_, parameter) in adapter.Parameters) parameter.add_(empty(parameter.shape).normal_(0, 0.1, generator));
        return adapter;
    }

    private Dictionary<string, string> Files(string name) => new DirectoryInfo(Path.Combine(_folder.FullName, name))
        .EnumerateFiles()
        .ToDictionary(file => file.Name, file => Convert.ToHexString(File.ReadAllBytes(file.FullName)));

    private static double Difference(Tensor left, Tensor right) => left.sub(right).abs().max().to(ScalarType.Float32).item<float>();
}
