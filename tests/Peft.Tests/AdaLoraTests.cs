using Platform.Modeling;
using Platform.Peft.AdaLora;
using static TorchSharp.torch;

namespace Platform.Peft.Tests;

public sealed class AdaLoraTests : IDisposable
{
    private static readonly AdaLoraOptions Options = new()
    {
        InitialRank = 6,
        TargetRank = 2,
        WarmupSteps = 1,
        FinalSteps = 2,
        TotalSteps = 8,
        Interval = 2,
        Alpha = 12,
        TargetModules = ModulePattern.List("q_proj", "down_proj"),
    };

    private readonly CausalLanguageModel _model = Llama.Load();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("adapter-");
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _model.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void TheBudgetFallsByACubeBetweenWarmUpAndTheLastCut()
    {
        var schedule = new BudgetSchedule(Initial: 24, Target: 8, WarmupSteps: 2, LastCut: 6, Interval: 2);
        Assert.Equal([24, 24, 24, 14, 10, 8, 8, 8], Enumerable.Range(0, 8).Select(step => schedule.At(step).Budget)); // 16 (3/4)³ + 8 = 14.75, …
        Assert.Equal([4, 6], Enumerable.Range(0, 8).Where(step => schedule.At(step).Cuts));
    }

    [Fact]
    public void AfterTheRunTheBudgetIsLeft()
    {
        using var adapter = Attach();
        Assert.Null(adapter.RankPattern);
        Train(adapter, 1, 8);
        Assert.Equal(4 * 2, adapter.RankPattern!.Values.Sum(kept => kept.Count(value => value)));
    }

    [Fact]
    public void TrainingGoesOnFromACheckpointAsIfItHadNotStopped()
    {
        using (var whole = Attach())
        {
            Train(whole, 1, 8);
            whole.Save(Path.Combine(_folder.FullName, "whole"));
        }

        List<Tensor> kept;
        using (var first = Attach())
        {
            Train(first, 1, 5);
            kept = [.. Kept(first).Select(tensor => tensor.detach().clone())];
        }

        using var second = Attach();
        using (no_grad()) foreach (var (mine, saved) in Kept(second).Zip(kept)) mine.copy_(saved);
        Train(second, 6, 8);
        second.Save(Path.Combine(_folder.FullName, "resumed"));
        foreach (var file in (string[])["adapter_model.safetensors", "adapter_config.json"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.FullName, "whole", file)), File.ReadAllBytes(Path.Combine(_folder.FullName, "resumed", file)));
    }

    [Fact]
    public void AFileHoldsWhatIsLeftAndServesTheSame()
    {
        Tensor trained;
        using (var adapter = Attach())
        {
            Train(adapter, 1, 8);
            trained = Llama.Logits(_model);
            adapter.Save(_folder.FullName);
        }

        using (var served = (AdaLoraAdapter)Adapters.Load(_model, _folder.FullName))
        {
            Assert.Equal(8, served.Updates.Sum(item => ((AdaLoraUpdate)item.Update).Values.shape[0]));
            Assert.InRange(Difference(trained, Llama.Logits(_model)), 0, 1e-5);
            served.Save(Path.Combine(_folder.FullName, "again"));
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.FullName, "adapter_model.safetensors")), File.ReadAllBytes(Path.Combine(_folder.FullName, "again", "adapter_model.safetensors")));
        }

        using var full = Attach();
        full.LoadParameters(_folder.FullName);
        Assert.InRange(Difference(trained, Llama.Logits(_model)), 0, 1e-5);
    }

    [Fact]
    public void ARunWithoutALengthIsRefused() =>
        Assert.Contains("total_step", Assert.Throws<ArgumentException>(() => Adapters.Attach(_model, Options with { TotalSteps = null }, new Generator(1))).Message);

    private static IEnumerable<Tensor> Kept(AdaLoraAdapter adapter) => adapter.Parameters.Select(item => (Tensor)item.Parameter).Concat(adapter.TrainingState.Select(item => item.Tensor));

    private AdaLoraAdapter Attach() => (AdaLoraAdapter)Adapters.Attach(_model, Options, new Generator(5));

    // Plain gradient steps: an optimizer without a state of its own.
    private void Train(AdaLoraAdapter adapter, int first, int last)
    {
        var ids = tensor(new long[] { 1, 17, 42, 99, 5, 64 }, [1, 6]);
        for (var step = first; step <= last; step++)
        {
            foreach (var (_, parameter) in adapter.Parameters) parameter.grad = null;
            var loss = nn.functional.cross_entropy(_model.Logits(ids)[0], ids[0].roll(-1)) + adapter.Penalty()!;
            loss.backward();
            using (no_grad()) foreach (var (_, parameter) in adapter.Parameters) parameter.sub_(parameter.grad!.mul(0.1));
            adapter.AfterStep(step);
        }
    }

    private static double Difference(Tensor left, Tensor right) => left.sub(right).abs().max().item<float>();
}
