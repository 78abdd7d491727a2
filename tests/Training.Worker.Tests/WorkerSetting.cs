using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Platform.Artifacts;
using Platform.Modeling;
using Platform.Modeling.Llama;
using Platform.Modeling.Tokenization;
using Platform.Modeling.Tokenization.Training;
using Platform.Protos.Artifacts.V1;
using Platform.Protos.Training.V1;
using static TorchSharp.torch;
using Method = Platform.Protos.Training.V1.Method;
using Struct = Google.Protobuf.WellKnownTypes.Struct;

namespace Platform.Training.Worker.Tests;

/// <summary>A folder store with a tiny model and a dataset, and workers as the child processes they are.</summary>
internal sealed class WorkerSetting : IAsyncDisposable
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private readonly string _root = Directory.CreateTempSubdirectory("training-worker-").FullName;
    private int _attempts;

    public WorkerSetting() => Store = ArtifactStores.Open(StoreAddress);

    public IArtifactStore Store { get; }

    public ArtifactUri Output(Guid run) => ArtifactUri.Parse($"s3://platform/runs/{run}/train/");

    private string StoreAddress => $"file:{Path.Combine(_root, "store")}";

    /// <summary>A spec whose model and data are in the store.</summary>
    public async Task<TrainingSpec> SpecAsync(Action<string>? changeModel = null, string format = "prompt-completion", IEnumerable<string>? rows = null)
    {
        var model = Path.Combine(_root, $"model-{Guid.NewGuid():n}");
        MakeModel(model);
        changeModel?.Invoke(model);
        var file = Path.Combine(_root, "train.jsonl");
        await File.WriteAllLinesAsync(file, rows ?? Enumerable.Range(0, 40).Select(i => $$"""{"prompt": "What is {{i}} plus one?", "completion": " {{i + 1}}"}"""));
        var run = Guid.NewGuid();
        return new()
        {
            RunId = run.ToString(),
            SpecDigest = "0123456789abcdef",
            Model = new() { Uri = "file:tiny", Base = Pinned(await ArtifactFolder.UploadAsync(Store, model, ArtifactUri.Parse($"s3://platform/models/{run}/"), default)) },
            Train = Pinned(await ArtifactFile.UploadAsync(Store, file, ArtifactUri.Parse($"s3://platform/datasets/{run}/train.jsonl"), default)),
            Format = format,
            Method = Lora(),
            Hyperparameters = new() { MaxSteps = 200, BatchSize = 4, LearningRate = 1e-2, Schedule = "cosine", WarmupRatio = 0.1, MaxGradNorm = 1, MaxLength = 64, Precision = "auto", Seed = 7 },
            Checkpoints = new() { EverySteps = 5, Keep = 2 },
            OutputUri = Output(run).ToString(),
        };
    }

    /// <summary>A LoRA as the operator writes it.</summary>
    public static Method Lora(int rank = 4, double alpha = 8, string targets = """["q_proj", "v_proj"]""") => MethodOf(
        "lora", string.Create(CultureInfo.InvariantCulture, $$"""{"peft_type": "LORA", "r": {{rank}}, "lora_alpha": {{alpha}}, "lora_dropout": 0.1, "target_modules": {{targets}}}"""));

    /// <param name="configuration">the content of adapter_config.json</param>
    public static Method MethodOf(string type, string configuration) => new() { Type = type, AdapterConfig = Struct.Parser.ParseJson(configuration) };

    /// <summary>Starts a worker in a scratch folder of its own, as another pod would.</summary>
    public Process Start(TrainingSpec spec)
    {
        var scratch = Directory.CreateDirectory(Path.Combine(_root, $"attempt-{++_attempts}")).FullName;
        var file = Path.Combine(scratch, "spec.json");
        File.WriteAllText(file, JsonFormatter.Default.Format(spec));
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Platform.Training.Worker.dll")])
        {
            WorkingDirectory = scratch,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (start.Environment["PLATFORM_SPEC"], start.Environment["S3"]) = (file, StoreAddress);
        return Process.Start(start)!;
    }

    /// <summary>Runs a worker to its end.</summary>
    public async Task<(int ExitCode, string Output, TrainingResult Result)> RunAsync(TrainingSpec spec)
    {
        using var worker = Start(spec);
        return await EndAsync(worker, spec);
    }

    public async Task<(int ExitCode, string Output, TrainingResult Result)> EndAsync(Process worker, TrainingSpec spec)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var (output, errors) = (worker.StandardOutput.ReadToEndAsync(deadline.Token), worker.StandardError.ReadToEndAsync(deadline.Token));
        try
        {
            await worker.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            if (!worker.HasExited) worker.Kill(entireProcessTree: true);
        }

        return (worker.ExitCode, await output + await errors, await ResultAsync(spec));
    }

    public async Task<TrainingResult> ResultAsync(TrainingSpec spec)
    {
        var uri = Output(Guid.Parse(spec.RunId)).Combine("result.json");
        if (await Store.StatAsync(uri, default) is null) return new();
        using var reader = new StreamReader(await Store.OpenReadAsync(uri, default));
        return Parser.Parse<TrainingResult>(await reader.ReadToEndAsync());
    }

    /// <summary>Downloads a folder from the store.</summary>
    public async Task<string> FolderAsync(Artifact artifact)
    {
        var folder = Path.Combine(_root, $"downloaded-{Guid.NewGuid():n}");
        await ArtifactFolder.DownloadAsync(Store, ArtifactUri.Parse(artifact.Uri), artifact.Sha256, folder, default);
        return folder;
    }

    /// <summary>Waits until a file of the run is in the store.</summary>
    public async Task ExistsAsync(TrainingSpec spec, string name, Process worker)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (await Store.StatAsync(Output(Guid.Parse(spec.RunId)).Combine(name), deadline.Token) is null)
        {
            Assert.False(worker.HasExited, $"The worker ended before {name} was there.");
            await Task.Delay(5, deadline.Token);
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static void MakeModel(string folder)
    {
        new BpeTrainer { VocabularySize = 300, SpecialTokens = ["<end>"], EosToken = "<end>" }.Train(["What is one plus one?", "What is two plus one?"], folder);
        using var model = new LlamaForCausalLm(
            new() { VocabularySize = 300, HiddenSize = 32, IntermediateSize = 64, Layers = 2, Heads = 2, KeyValueHeads = 1, HeadWidth = 16, EosTokenIds = [Tokenizer.Load(folder).EosTokenId!.Value] },
            ScalarType.Float32, CPU);
        using var random = new Generator(3);
        model.Initialize(random);
        model.Save(folder);
    }

    private static Artifact Pinned(ArtifactRef artifact) => new() { Uri = artifact.Uri.ToString(), Sha256 = artifact.Sha256, SizeBytes = artifact.SizeBytes };
}
