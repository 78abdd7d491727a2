using Platform.Modeling;
using Platform.Testing;
using Platform.Torch;
using static TorchSharp.torch;

namespace Platform.Training.Worker.Tests;

/// <summary>An ordinary folder of any family is fine-tuned by the same job.</summary>
public sealed class FamilyTrainingTests : IAsyncDisposable
{
    private const int VocabularySize = 300; // of the setting's tokenizer
    private readonly WorkerSetting _setting = new();

    /// <param name="family">A recorded case, whose config is taken with the tokenizer's vocabulary.</param>
    [Theory]
    [InlineData("opt-350m-like")]
    [InlineData("gpt2")]
    [InlineData("gemma2")]
    [InlineData("mixtral")]
    [InlineData("chatglm3")]
    public async Task AModelOfTheFamilyIsFineTunedOnAllItsLinearLayers(string family)
    {
        var spec = await _setting.SpecAsync(folder => Exchange(folder, family));
        spec.Method = WorkerSetting.Lora(targets: "\"all-linear\"");
        (spec.Hyperparameters.MaxSteps, spec.Hyperparameters.MaxLength) = (2, 16);
        var (exitCode, output, result) = await _setting.RunAsync(spec);
        Assert.True(exitCode == 0, output);
        Assert.True(result.Checkpoint is { Steps: 2, FinalLoss: > 0, TrainableParameters: > 0 }, output);
        Assert.NotNull(await _setting.Store.StatAsync(_setting.Output(Guid.Parse(spec.RunId)).Combine("adapter/adapter_model.safetensors"), default));
    }

    public ValueTask DisposeAsync() => _setting.DisposeAsync();

    private static void Exchange(string folder, string family)
    {
        var config = ModelConfig.ReadJson(Path.Combine(RepositoryFolder.Fixtures, "models", family, "config.json"));
        var ends = ModelConfig.ReadJson(Path.Combine(folder, "config.json"));
        config[config.ContainsKey("padded_vocab_size") ? "padded_vocab_size" : "vocab_size"] = VocabularySize;
        config["eos_token_id"] = ends["eos_token_id"]?.DeepClone();
        config["pad_token_id"] = null;
        using var model = PretrainedModel.Create<CausalLanguageModel>(config, CPU, ScalarType.Float32);
        using var generator = Seeds.Generator(3, CPU);
        model.Initialize(generator);
        model.Save(folder);
    }
}
