using System.Text.Json;
using Google.Protobuf;
using Platform.Artifacts;
using Platform.Protos.Artifacts.V1;
using Platform.Protos.Evaluation.V1;
using Platform.Testing.Workers;

namespace Platform.Evaluation.Worker.Tests;

/// <summary>A run of the evaluation worker on tiny models in a folder store.</summary>
internal sealed class EvaluationRun : IDisposable
{
    public WorkerChild Worker { get; } = new("Platform.Evaluation.Worker.dll");

    public IArtifactStore Store => ArtifactStores.Open(Worker.Variables["S3"]);

    public EvaluationSpec Spec { get; } = new()
    {
        RunId = "7d9f1c7e-6f0c-4c3b-9d2e-1f2a3b4c5d6e",
        SpecDigest = "one",
        MaxLength = 32,
        MaxNewTokens = 4,
        Samples = 2,
        OutputUri = "s3://platform/runs/7d9f1c7e-6f0c-4c3b-9d2e-1f2a3b4c5d6e/evaluate/",
    };

    public Task AddSubjectAsync(string name, string model, params string[] adapters) => AddSubjectAsync(name, model, change: null, adapters);

    public async Task AddSubjectAsync(string name, string model, Action<string>? change, params string[] adapters)
    {
        var folder = TinyModel.Copy(model, Worker.NewFolder(name));
        change?.Invoke(folder);
        var source = new ModelSource { Uri = $"file:{name}", Base = await UploadAsync(folder, $"models/{name}/") };
        foreach (var adapter in adapters) source.Adapters.Add(await UploadAsync(adapter, $"runs/{name}/train/adapter/"));
        Spec.Subjects.Add(new Subject { Name = name, Model = source });
    }

    public Task SetSuiteAsync(IEnumerable<(string Prompt, string Completion)> rows, params string[] metrics) =>
        SetSuiteAsync("prompt-completion", rows.Select(row => JsonSerializer.Serialize(new { prompt = row.Prompt, completion = row.Completion })), metrics);

    public Task SetChatsAsync(IEnumerable<(string Role, string Content)[]> chats, params string[] metrics) =>
        SetSuiteAsync("chat", chats.Select(turns => JsonSerializer.Serialize(new { messages = turns.Select(turn => new { role = turn.Role, content = turn.Content }) })), metrics);

    public async Task SetSuiteAsync(string format, IEnumerable<string> lines, params string[] metrics)
    {
        var file = Path.Combine(Worker.NewFolder("rows"), "heldout.jsonl");
        await File.WriteAllLinesAsync(file, lines);
        var uploaded = await ArtifactFile.UploadAsync(Store, file, ArtifactUri.Parse("s3://platform/datasets/rows/heldout.jsonl"), default);
        Spec.Suites.Clear();
        Spec.Suites.Add(new Suite { Name = "heldout", Format = format, Metrics = { metrics }, Rows = new Artifact { Uri = uploaded.Uri.ToString(), Sha256 = uploaded.Sha256, SizeBytes = uploaded.SizeBytes } });
    }

    public async Task<Scorecard> ScoreAsync(string digest)
    {
        Spec.SpecDigest = digest;
        var exit = await RunAsync();
        Assert.True(exit.Code == 0, exit.Error);
        return (await ResultAsync()).Scorecard;
    }

    public Task<WorkerExit> RunAsync() => Worker.RunAsync(JsonFormatter.Default.Format(Spec));

    public async Task<EvaluationResult> ResultAsync() => JsonParser.Default.Parse<EvaluationResult>(await TextAsync("result.json"));

    public async Task<string> TextAsync(string path)
    {
        using var reader = new StreamReader(await Store.OpenReadAsync(ArtifactUri.Parse(Spec.OutputUri + path), default));
        return await reader.ReadToEndAsync();
    }

    public void Dispose() => Worker.Dispose();

    private async Task<Artifact> UploadAsync(string folder, string key)
    {
        var uploaded = await ArtifactFolder.UploadAsync(Store, folder, ArtifactUri.Parse($"s3://platform/{key}"), default);
        return new Artifact { Uri = uploaded.Uri.ToString(), Sha256 = uploaded.Sha256, SizeBytes = uploaded.SizeBytes };
    }
}
