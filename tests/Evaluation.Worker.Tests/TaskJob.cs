using Google.Protobuf;
using Platform.Artifacts;
using Platform.Protos.Artifacts.V1;
using Platform.Protos.Evaluation.V1;
using Platform.Protos.Training.V1;
using Platform.Testing.Workers;
using Struct = Google.Protobuf.WellKnownTypes.Struct;

namespace Platform.Evaluation.Worker.Tests;

/// <summary>A job of any task through both workers: trained, then measured on the rows it learned, its base beside it.</summary>
internal sealed class TaskJob : IDisposable
{
    private readonly EvaluationRun _evaluation = new();
    private readonly WorkerChild _training = new("Platform.Training.Worker.dll");

    public TaskJob() => _training.Variables["S3"] = _evaluation.Worker.Variables["S3"];

    public Checkpoint Checkpoint { get; private set; } = new();

    public Scorecard Scorecard { get; private set; } = new();

    private IArtifactStore Store => _evaluation.Store;

    /// <param name="copyModel">fills a folder with the base model</param>
    /// <param name="method">the content of adapter_config.json; null: the whole model is trained</param>
    public async Task RunAsync(Func<string, string> copyModel, string format, IReadOnlyList<string> rows, string[] labels, string? method, int steps, params string[] metrics)
    {
        var model = await ArtifactFolder.UploadAsync(Store, copyModel(_training.NewFolder("base")), ArtifactUri.Parse("s3://platform/models/base/"), default);
        await _evaluation.SetSuiteAsync(format, rows, metrics);
        var run = Guid.NewGuid();
        var spec = new TrainingSpec
        {
            RunId = $"{run}",
            SpecDigest = "one",
            Model = new() { Uri = "file:base", Base = Pinned(model) },
            Train = _evaluation.Spec.Suites[0].Rows,
            Validation = _evaluation.Spec.Suites[0].Rows,
            Format = format,
            LabelNames = { labels },
            Method = method is null ? new() { Type = "full" } : new() { Type = "lora", AdapterConfig = Struct.Parser.ParseJson(method) },
            Hyperparameters = new() { MaxSteps = steps, BatchSize = 8, LearningRate = 5e-3, Schedule = "linear", MaxGradNorm = 1, MaxLength = 32, Precision = "auto", Seed = 7 },
            Checkpoints = new() { EverySteps = steps / 2, Keep = 1 },
            OutputUri = $"s3://platform/runs/{run}/train/",
        };
        var exit = await _training.RunAsync(JsonFormatter.Default.Format(spec));
        Assert.True(exit.Code == 0, exit.Output + exit.Error);
        Checkpoint = (await ResultAsync(spec.OutputUri)).Checkpoint;

        var tuned = Checkpoint.Model is { } whole ? new ModelSource { Uri = whole.Uri, Base = whole } : new ModelSource { Uri = "file:tuned", Base = Pinned(model), Adapters = { Checkpoint.Adapter } };
        _evaluation.Spec.LabelNames.Add(labels);
        (_evaluation.Spec.Seed, _evaluation.Spec.MaxNewTokens) = (7, 8);
        _evaluation.Spec.Subjects.Add(new Subject { Name = "base", Model = spec.Model });
        _evaluation.Spec.Subjects.Add(new Subject { Name = "tuned", Model = tuned });
        Scorecard = await _evaluation.ScoreAsync("one");
    }

    public double Score(string subject, string metric) => Scorecard.Scores.Single(score => score.Subject == subject && score.Metric == metric).Value;

    /// <summary>A folder that training wrote, on this machine.</summary>
    public async Task<string> FolderAsync(Artifact artifact)
    {
        var folder = _training.NewFolder("result");
        await ArtifactFolder.DownloadAsync(Store, ArtifactUri.Parse(artifact.Uri), artifact.Sha256, folder, default);
        return folder;
    }

    public void Dispose()
    {
        _training.Dispose();
        _evaluation.Dispose();
    }

    private async Task<TrainingResult> ResultAsync(string output)
    {
        using var reader = new StreamReader(await Store.OpenReadAsync(ArtifactUri.Parse(output + "result.json"), default));
        return JsonParser.Default.Parse<TrainingResult>(await reader.ReadToEndAsync());
    }

    private static Artifact Pinned(ArtifactRef artifact) => new() { Uri = artifact.Uri.ToString(), Sha256 = artifact.Sha256, SizeBytes = artifact.SizeBytes };
}
