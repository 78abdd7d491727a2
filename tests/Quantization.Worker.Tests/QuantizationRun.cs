using Google.Protobuf;
using Platform.Artifacts;
using Platform.Protos.Artifacts.V1;
using Platform.Protos.Quantization.V1;
using Platform.Testing.Workers;

namespace Platform.Quantization.Worker.Tests;

/// <summary>A run of the quantization worker on a tiny model in a folder store.</summary>
internal sealed class QuantizationRun : IDisposable
{
    public static readonly string[] Rows =
    [
        """{"prompt": "w5 w9", "completion": "w12 w40 w7"}""",
        """{"prompt": "w60 w61 w62", "completion": "w5"}""",
        """{"prompt": "w8", "completion": "w99 w100 w101 w102"}""",
    ];

    public WorkerChild Worker { get; } = new("Platform.Quantization.Worker.dll");

    public IArtifactStore Store => ArtifactStores.Open(Worker.Variables["S3"]);

    public QuantizationSpec Spec { get; } = new()
    {
        RunId = "7d9f1c7e-6f0c-4c3b-9d2e-1f2a3b4c5d6e",
        SpecDigest = "one",
        Format = "prompt-completion",
        MaxLength = 32,
        OutputUri = "s3://platform/runs/7d9f1c7e-6f0c-4c3b-9d2e-1f2a3b4c5d6e/quantize/",
        Targets = { new QuantizationTarget { Format = "nf4", DoubleQuantization = true } },
    };

    public async Task<QuantizationRun> WithModelAsync(Action<string>? change = null, bool adapter = true)
    {
        var folder = TinyModel.Copy(TinyModel.Base, Worker.NewFolder("model"));
        change?.Invoke(folder);
        Spec.Model = new ModelSource { Uri = "file:model", Base = await UploadAsync(folder, "models/base/") };
        if (adapter) Spec.Model.Adapters.Add(await UploadAsync(TinyModel.Adapter, "runs/earlier/train/adapter/"));
        return this;
    }

    public async Task<QuantizationRun> WithRowsAsync(params string[] rows)
    {
        var file = Path.Combine(Worker.NewFolder("rows"), "validation.jsonl");
        await File.WriteAllLinesAsync(file, rows);
        var uploaded = await ArtifactFile.UploadAsync(Store, file, ArtifactUri.Parse("s3://platform/datasets/rows/validation.jsonl"), default);
        Spec.MeasureOn = new Artifact { Uri = uploaded.Uri.ToString(), Sha256 = uploaded.Sha256, SizeBytes = uploaded.SizeBytes };
        return this;
    }

    public Task<WorkerExit> RunAsync() => Worker.RunAsync(JsonFormatter.Default.Format(Spec));

    public async Task<QuantizationResult> ResultAsync()
    {
        using var reader = new StreamReader(await Store.OpenReadAsync(ArtifactUri.Parse(Spec.OutputUri + "result.json"), default));
        return JsonParser.Default.Parse<QuantizationResult>(await reader.ReadToEndAsync());
    }

    public void Dispose() => Worker.Dispose();

    private async Task<Artifact> UploadAsync(string folder, string key)
    {
        var uploaded = await ArtifactFolder.UploadAsync(Store, folder, ArtifactUri.Parse($"s3://platform/{key}"), default);
        return new Artifact { Uri = uploaded.Uri.ToString(), Sha256 = uploaded.Sha256, SizeBytes = uploaded.SizeBytes };
    }
}
