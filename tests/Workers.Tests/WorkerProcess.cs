using Google.Protobuf;
using Platform.Artifacts;
using Platform.Protos.Evaluation.V1;

namespace Platform.Workers.Tests;

/// <summary>Runs the host as a worker's Program.cs does, with its own store, scratch folder and environment.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("worker-");

    public WorkerProcess()
    {
        Directory.CreateDirectory(Scratch);
        Variables["PLATFORM_SPEC"] = Path.Combine(_folder.FullName, "spec.json");
        Variables["S3"] = $"file:{_folder.FullName}/store";
        Write(Spec);
    }

    public Dictionary<string, string> Variables { get; } = [];

    public EvaluationSpec Spec { get; } = new()
    {
        RunId = "0e7c8b5e-6f0c-4c3b-9d2e-1f2a3b4c5d6e",
        SpecDigest = "one",
        OutputUri = "s3://platform/runs/0e7c8b5e-6f0c-4c3b-9d2e-1f2a3b4c5d6e/evaluate/",
    };

    public string Scratch => Path.Combine(_folder.FullName, "scratch");

    public IArtifactStore Store => ArtifactStores.Open(Variables["S3"]);

    public void Write(EvaluationSpec spec) => WriteSpec(JsonFormatter.Default.Format(spec));

    public void WriteSpec(string json) => File.WriteAllText(Variables["PLATFORM_SPEC"], json);

    public Task<int> RunAsync(WorkerHost.Work<EvaluationSpec, EvaluationResult> work) => WorkerHost.RunAsync(work, Variables.GetValueOrDefault, Scratch);

    public async Task<EvaluationResult> ResultAsync()
    {
        using var reader = new StreamReader(await Store.OpenReadAsync(ArtifactUri.Parse(Spec.OutputUri + "result.json"), default));
        return JsonParser.Default.Parse<EvaluationResult>(await reader.ReadToEndAsync());
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
