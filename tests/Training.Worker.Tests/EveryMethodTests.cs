using Google.Protobuf;
using Platform.Artifacts;
using Platform.Modeling;
using Platform.Peft;
using Platform.Protos.Training.V1;
using Platform.Testing;
using static TorchSharp.torch;
using Method = Platform.Protos.Training.V1.Method;

namespace Platform.Training.Worker.Tests;

/// <summary>What the operator writes for the job of each method is trained by the worker, and what the worker writes acts on the base.</summary>
public sealed class EveryMethodTests : IAsyncDisposable
{
    private readonly WorkerSetting _setting = new();

    /// <summary>What the operator's tests recorded of the jobs in samples/methods; full fine-tuning has a test of its own.</summary>
    public static TheoryData<string> Recorded => [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => name != "full").Order()];

    private static string Folder => Path.Combine(RepositoryFolder.Root, "tests", "FineTune.Operator.Tests", "Methods");

    [Theory, MemberData(nameof(Recorded))]
    public async Task AnAdapterOfTheMethodIsTrainedAndActsOnTheBase(string name)
    {
        string? folder = null;
        var spec = await _setting.SpecAsync(model => folder = model);
        spec.Method = JsonParser.Default.Parse<Method>(await File.ReadAllTextAsync(Path.Combine(Folder, $"{name}.json")));
        (spec.Hyperparameters.MaxSteps, spec.Hyperparameters.LearningRate, spec.Checkpoints.EverySteps) = (40, 1e-2, 100);

        var (exitCode, output, result) = await _setting.RunAsync(spec);

        Assert.True(exitCode == 0, output);
        Assert.True(result.Checkpoint is { Steps: 40, TrainableParameters: > 0 }, output);
        var adapter = Directory.CreateTempSubdirectory("adapter-").FullName;
        await ArtifactFolder.DownloadAsync(_setting.Store, ArtifactUri.Parse(result.Checkpoint.Adapter.Uri), result.Checkpoint.Adapter.Sha256, Path.Combine(adapter, "files"), default);
        using var model = PretrainedModel.Load<CausalLanguageModel>(folder!, CPU);
        model.eval();
        using var before = Logits(model);
        Adapters.Apply(model, Path.Combine(adapter, "files"));
        using var after = Logits(model);
        Directory.Delete(adapter, recursive: true);
        Assert.True(after.isfinite().all().item<bool>());
        Assert.True(after.sub(before).abs().max().item<float>() > 1e-3, "The adapter changes nothing.");
    }

    [Theory]
    [InlineData("boft", """{"peft_type": "BOFT", "boft_block_size": 5, "target_modules": ["q_proj"]}""", "spec.method.boft: boft_block_size is 5; it must divide the 32 inputs of model.layers.0.self_attn.q_proj")]
    [InlineData("p-tuning-v2", """{"peft_type": "PREFIX_TUNING", "num_virtual_tokens": 0}""", "spec.method.pTuningV2: adapter_config.json: num_virtual_tokens is 0; it must be at least 1")]
    public async Task ARefusalNamesTheKeyAndTheBlockOfTheJobThatItCameFrom(string type, string configuration, string expected)
    {
        var spec = await _setting.SpecAsync();
        spec.Method = WorkerSetting.MethodOf(type, configuration);

        var (_, _, result) = await _setting.RunAsync(spec);

        Assert.Equal(Workers.FailureReasons.SpecInvalid, result.Failure.Reason);
        Assert.StartsWith(expected, result.Failure.Message);
    }

    public ValueTask DisposeAsync() => _setting.DisposeAsync();

    private static Tensor Logits(CausalLanguageModel model)
    {
        using var noGradients = no_grad();
        using var ids = tensor(new long[] { 5, 17, 42, 99 }, 1, 4);
        using var logits = model.Logits(ids);
        return VirtualTokens.OwnOutputs(logits, ids).clone();
    }
}
