using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Tasks;
using Platform.Peft.Bottleneck;
using Platform.Testing;
using static TorchSharp.torch;

namespace Platform.Peft.Tests;

public sealed class BottleneckAdapterTests : IDisposable
{
    private static readonly string Bert = Path.Combine(RepositoryFolder.Fixtures, "peft", "_base", "bert");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("adapter-");
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void OlderFilesOfPyTorchSayTheSame()
    {
        var folder = Path.Combine(RepositoryFolder.Fixtures, "peft", "bottleneck-bert-houlsby");
        using var model = PretrainedModel.Load<SequenceClassifier>(Bert, CPU);
        Tensor newer;
        using (Adapters.Load(model, Path.Combine(folder, "adapter"))) newer = Logits(model);
        using (Adapters.Load(model, Path.Combine(folder, "adapter_bin"))) Assert.Equal(0, Difference(newer, Logits(model)));
    }

    [Fact]
    public void AHeadIsTrainedSavedAndPutBack()
    {
        using var model = PretrainedModel.Load<SequenceClassifier>(Bert, CPU);
        var before = Logits(model);
        Tensor trained;
        using (var adapter = Adapters.Attach(model, BottleneckOptions.Houlsby with { BaseModel = "bert" }, new Generator(1)))
        {
            Assert.Contains(adapter.Parameters, item => item.Name == "classifier.weight");
            using (no_grad()) adapter.Parameters[^1].Parameter.add_(1);
            trained = Logits(model);
            adapter.Save(_folder.FullName);
        }

        Assert.Equal(0, Difference(before, Logits(model)));
        var head = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.FullName, "head_config.json")))!;
        Assert.Equal(3, head["num_labels"]!.GetValue<int>());
        using var loaded = Adapters.Load(model, _folder.FullName);
        Assert.Equal(0, Difference(trained, Logits(model)));
    }

    [Fact]
    public void ALanguageModelsHeadIsLeftAlone()
    {
        using var model = Llama.Load();
        using var adapter = Adapters.Attach(model, BottleneckOptions.Pfeiffer, new Generator(1));
        adapter.Save(_folder.FullName);
        Assert.DoesNotContain(adapter.Parameters, item => item.Name.StartsWith("lm_head", StringComparison.Ordinal));
        Assert.Equal(["adapter.safetensors", "adapter_config.json"], _folder.EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ItCannotBeMerged()
    {
        using var model = Llama.Load();
        using var adapter = Adapters.Attach(model, BottleneckOptions.Houlsby, new Generator(1));
        Assert.Throws<NotSupportedException>(adapter.Merge);
    }

    [Fact]
    public void BlocksCanBeLeftOut()
    {
        using var model = Llama.Load();
        using var adapter = Adapters.Attach(model, BottleneckOptions.Houlsby with { LeaveOut = [0] }, new Generator(1));
        Assert.All(adapter.Parameters, item => Assert.StartsWith("model.layers.1.", item.Name));
        Assert.Equal(8, adapter.Parameters.Count);
    }

    [Fact]
    public void TheSecondAdapterOnAModelIsRefused()
    {
        using var model = Llama.Load();
        using var adapter = Adapters.Attach(model, BottleneckOptions.Houlsby, new Generator(1));
        Assert.Throws<ArgumentException>(() => Adapters.Attach(model, BottleneckOptions.Pfeiffer, new Generator(1)));
    }

    [Fact]
    public void AMappingWithoutADefaultIsRefused()
    {
        using var model = Llama.Load();
        using (var adapter = Adapters.Attach(model, BottleneckOptions.Pfeiffer, new Generator(1))) adapter.Save(_folder.FullName);
        var file = Path.Combine(_folder.FullName, "adapter_config.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"reduction_factor\": 16", "\"reduction_factor\": {\"0\": 2}"));
        Assert.Contains("reduction_factor has no default", Assert.Throws<AdapterFormatException>(() => Adapters.Load(model, _folder.FullName)).Message);
    }

    [Fact]
    public void HoulsbysFirstWeightsAreCutAtTwoDeviations()
    {
        using var model = Llama.Load();
        using var adapter = Adapters.Attach(model, BottleneckOptions.Houlsby with { Init = BottleneckInit.Houlsby, ReductionFactor = 1 }, new Generator(1));
        var weight = adapter.Parameters.First(item => item.Name.EndsWith("adapter_down.0.weight", StringComparison.Ordinal)).Parameter;
        Assert.InRange(weight.abs().max().item<float>(), 0.015, 0.0200001);
        Assert.InRange(weight.std().item<float>(), 0.0082, 0.0094); // 0.88 of a deviation is left
    }

    private static Tensor Logits(SequenceClassifier model)
    {
        using var noGradients = no_grad();
        var ids = tensor(new long[] { 1, 17, 42, 99, 5, 64 }, [1, 6]);
        return model.Logits(new TextInputs(ids));
    }

    private static double Difference(Tensor left, Tensor right) => left.sub(right).abs().max().item<float>();
}
