using Platform.Modeling.Checkpoints;
using Platform.Testing;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Checkpoints;

public sealed class ModelFolderTests
{
    private static readonly string Sharded = Path.Combine(RepositoryFolder.Fixtures, "models", "llama3");

    [Fact]
    public void AShardedModelIsSavedIntoTheSameFilesByteForByte()
    {
        using var folder = new TemporaryFolder();
        using var model = PretrainedModel.Load<CausalLanguageModel>(Sharded, CPU);
        model.Save(folder.Path, from: Sharded);
        foreach (var file in Directory.EnumerateFiles(Sharded, "model*"))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(folder.File(Path.GetFileName(file))));
        }

        Assert.True(File.Exists(folder.File("generation_config.json")));
    }

    [Fact]
    public void ASavedModelComputesTheSame()
    {
        using var folder = new TemporaryFolder();
        using var model = Some.Model(Some.Config with { TieWordEmbeddings = true });
        model.Save(folder.Path);
        using var loaded = PretrainedModel.Load<CausalLanguageModel>(folder.Path, CPU);
        using var ids = Some.Ids(1, 5, 7, 3);
        Assert.True(model.Logits(ids).eq(loaded.Logits(ids)).all().item<bool>());
        Assert.Equal(model.Config.ToJson().ToJsonString(), loaded.Config.ToJson().ToJsonString());
    }

    [Fact]
    public void MappedWeightsAreThisProcesssOwnAndOutliveTheirFile()
    {
        using var folder = new TemporaryFolder();
        using (var made = Some.Model()) made.Save(folder.Path);
        var file = folder.File(ModelFolder.SingleFile);
        var before = File.ReadAllBytes(file);

        Tensor kept;
        using var scope = NewDisposeScope();
        using var ids = Some.Ids(1, 5, 7, 3);
        using (var copied = PretrainedModel.Load<CausalLanguageModel>(folder.Path, CPU, new LoadOptions { MapWeights = false }))
        using (var mapped = PretrainedModel.Load<CausalLanguageModel>(folder.Path, CPU))
        {
            Assert.True(copied.Logits(ids).eq(mapped.Logits(ids)).all().item<bool>());
            using (no_grad())
            {
                foreach (var parameter in mapped.parameters()) parameter.add_(1);
            }

            Assert.False(copied.Logits(ids).eq(mapped.Logits(ids)).all().item<bool>());
            Assert.Equal(before, File.ReadAllBytes(file));

            mapped.Save(folder.Path);
            using var again = PretrainedModel.Load<CausalLanguageModel>(folder.Path, CPU);
            Assert.True(again.Logits(ids).eq(mapped.Logits(ids)).all().item<bool>());
            kept = again.parameters().First().detach();
        }

        File.Delete(file);
        Assert.True(kept.isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, "bfloat16", 0.05)]
    [InlineData(ScalarType.Float16, "float16", 0.01)]
    public void AModelIsStoredInAnotherTypeAndComputesInTheOneWanted(ScalarType stored, string name, double tolerance)
    {
        using var folder = new TemporaryFolder();
        using var model = Some.Model();
        model.Save(folder.Path, dtype: stored);
        Assert.Equal(name, ModelConfig.ReadJson(folder.File("config.json"))["torch_dtype"]!.ToString());
        using (var weights = ModelFolder.Open(folder.Path))
        {
            Assert.All(weights.TensorNames, tensor => Assert.Equal(SafeTensorsDtypes.NameOf(stored), weights.Entry(tensor).Dtype));
        }

        using var narrow = PretrainedModel.Load<CausalLanguageModel>(folder.Path, CPU);
        using var wide = PretrainedModel.Load<CausalLanguageModel>(folder.Path, CPU, new LoadOptions { Dtype = ScalarType.Float32 });
        using var ids = Some.Ids(1, 5, 7, 3);
        Assert.Equal(stored, narrow.Logits(ids).dtype);
        var difference = (wide.Logits(ids) - model.Logits(ids)).abs().max() / model.Logits(ids).abs().max();
        Assert.InRange(difference.item<float>(), 0, tolerance);
    }

    [Fact]
    public void AMissingShardIsNamed()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Sharded)) File.Copy(file, folder.File(Path.GetFileName(file)));
        var shard = Directory.EnumerateFiles(folder.Path, "model-*.safetensors").Order(StringComparer.Ordinal).Last();
        File.Delete(shard);
        Assert.Contains(Path.GetFileName(shard), Assert.Throws<CheckpointException>(() => PretrainedModel.Load<CausalLanguageModel>(folder.Path, CPU)).Message);
    }

    [Fact]
    public void AnIndexThatPointsOutOfItsFolderIsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(CheckpointIndex.FileName), """{"weight_map":{"t":"../secret.safetensors"}}""");
        Assert.Contains("../secret.safetensors", Assert.Throws<CheckpointException>(() => ModelFolder.Open(folder.Path)).Message);
    }

    [Fact]
    public void AFolderWithoutWeightsSaysWhatItLacks()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("model.safetensors", Assert.Throws<CheckpointException>(() => ModelFolder.Open(folder.Path)).Message);
    }

    [Fact]
    public void ShardsKeepBelowTheirSizeUnlessOneTensorIsLarger()
    {
        var tensors = new Dictionary<string, Tensor> { ["a"] = zeros(10), ["b"] = zeros(10), ["c"] = zeros(100), ["d"] = zeros(1) };
        Assert.Null(ModelFolder.LayoutBySize(tensors, 1000));
        var layout = ModelFolder.LayoutBySize(tensors, 80)!;
        Assert.Equal(
            ["model-00001-of-00003.safetensors", "model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors"],
            tensors.Keys.Select(name => layout.Files[name]));
    }
}
