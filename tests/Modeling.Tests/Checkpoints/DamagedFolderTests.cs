using Platform.Modeling.Checkpoints;
using Platform.Testing;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Checkpoints;

/// <summary>Whatever happened to a model folder, loading it gives the model or says what is wrong.</summary>
public sealed class DamagedFolderTests
{
    private const int Rounds = 150;

    [Theory]
    [InlineData("num_hidden_layers", int.MaxValue)]
    [InlineData("vocab_size", int.MaxValue)]
    [InlineData("intermediate_size", int.MaxValue)]
    [InlineData("head_dim", 2_000_000_000)]
    [InlineData("max_position_embeddings", int.MaxValue)]
    public void FiguresThatNoMemoryHoldsAreRefused(string key, int figure)
    {
        using var folder = new TemporaryFolder();
        var config = ModelConfig.ReadJson(Path.Combine(RepositoryFolder.Fixtures, "models", "llama", "config.json"));
        config[key] = figure;
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
        File.Copy(Path.Combine(RepositoryFolder.Fixtures, "models", "llama", "model.safetensors"), folder.File("model.safetensors"));
        try
        {
            using var loaded = PretrainedModel.Load(folder.Path, CPU);
            Assert.Equal("max_position_embeddings", key); // no tensor has that size
        }
        catch (Exception failure) when (failure is CheckpointException or ModelConfigException)
        {
            Assert.NotEqual("max_position_embeddings", key);
        }
    }

    [Theory]
    [InlineData("llama", "model.safetensors")]
    [InlineData("llama", "config.json")]
    [InlineData("llama3", "model.safetensors.index.json")]
    [InlineData("mixtral", "config.json")]
    [InlineData("bert-seqcls-single", "config.json")]
    [InlineData("whisper", "config.json")]
    public void AnyDamageIsReportedAndNeverCrashes(string model, string file)
    {
        using var folder = new TemporaryFolder();
        foreach (var source in Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Fixtures, "models", model)))
        {
            if (!source.Contains("golden", StringComparison.Ordinal)) File.Copy(source, folder.File(Path.GetFileName(source)));
        }

        var sound = File.ReadAllBytes(folder.File(file));
        var random = new Random(11);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = sound.ToArray();
            if (round % 3 == 0) bytes = bytes[..random.Next(bytes.Length)];
            else for (var flips = random.Next(1, 6); flips > 0; flips--) bytes[random.Next(Math.Min(bytes.Length, 4096))] = (byte)random.Next(32, 127); // the header, or the text
            File.WriteAllBytes(folder.File(file), bytes);
            try
            {
                using var scope = NewDisposeScope();
                using var loaded = PretrainedModel.Load(folder.Path, CPU);
            }
            catch (Exception failure) when (failure is CheckpointException or ModelConfigException)
            {
                Assert.False(string.IsNullOrWhiteSpace(failure.Message));
                refused++;
            }
        }

        Assert.InRange(refused, Rounds / 3, Rounds);
    }
}
