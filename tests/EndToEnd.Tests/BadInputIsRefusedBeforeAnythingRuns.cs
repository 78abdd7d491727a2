using System.Text.Json.Nodes;
using k8s;
using Platform.FineTune.Api.V1Alpha1;
using Platform.Local.Follow;
using Platform.Protos.Registry.V1;
using Platform.Testing;

namespace Platform.EndToEnd.Tests;

public sealed class BadInputIsRefusedBeforeAnythingRuns(BadInputIsRefusedBeforeAnythingRuns.RunningPlatform running) : IClassFixture<BadInputIsRefusedBeforeAnythingRuns.RunningPlatform>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private LocalPlatformProcess Platform => running.Platform;

    [Fact]
    public async Task AnInvalidJobIsRefusedWithAllItsProblemsAtOnce()
    {
        var manifest = SampleJob.Quickstart("invalid");
        var spec = manifest.Body["spec"]!;
        spec["dataset"] = null;
        spec["method"] = new JsonObject { ["type"] = "magic", ["lora"] = new JsonObject { ["rank"] = 0 } };
        spec["training"]!["epochs"] = 3;
        spec["training"]!["maxSteps"] = -5;

        var refusal = await Assert.ThrowsAsync<JobRefusedException>(() => Platform.Jobs.ApplyAsync(manifest, default));

        Assert.Contains("spec.dataset", refusal.Message);
        Assert.Contains("spec.method.type", refusal.Message);
        Assert.Contains("\"magic\"", refusal.Message);
        Assert.Contains("\"lora\"", refusal.Message);
        Assert.Contains("spec.method.lora.rank", refusal.Message);
        Assert.Contains("spec.training.maxSteps", refusal.Message);
        Assert.Null(await Platform.Jobs.FindAsync(manifest, default));
    }

    [Fact]
    public async Task EpochsAndMaxStepsTogetherAreRefused()
    {
        var manifest = SampleJob.Quickstart("both");
        manifest.Body["spec"]!["training"]!["epochs"] = 3;
        manifest.Body["spec"]!["training"]!["maxSteps"] = 100;

        var refusal = await Assert.ThrowsAsync<JobRefusedException>(() => Platform.Jobs.ApplyAsync(manifest, default));

        Assert.Contains("epochs", refusal.Message);
        Assert.Contains("maxSteps", refusal.Message);
    }

    [Fact]
    public async Task ABrokenDatasetIsReportedLineByLineBeforeAnyPodExists()
    {
        var data = Path.Combine(Platform.Folder.Root, "broken.jsonl");
        await File.WriteAllLinesAsync(data, Enumerable.Range(1, 40).Select(line => line % 2 == 0 ? "{\"prompt\": \"Q\", \"completion\": \"A\"}" : $"{{\"prompt\": {line}}}"));
        var manifest = SampleJob.Quickstart("broken-data").WithDataset(data);
        await Platform.Jobs.ApplyAsync(manifest, default);

        var job = await EndOf(manifest);

        var stalled = job.Status.Conditions!.Single(condition => condition.Type == Conditions.Stalled);
        Assert.Equal(("True", "DatasetInvalid"), (stalled.Status, stalled.Reason));
        Assert.Contains("line 1:", stalled.Message);
        Assert.Contains("line 39:", stalled.Message);
        Assert.Contains("completion", stalled.Message);
        Assert.Empty((await Platform.Kubernetes.BatchV1.ListNamespacedJobAsync("default", labelSelector: $"finetune.platform.io/run-id={job.RunId}")).Items);
    }

    [Fact]
    public async Task ACorruptModelNamesItsTensorAndRegistersNothing()
    {
        var model = Path.Combine(Platform.Folder.Root, "corrupt-model");
        Directory.CreateDirectory(model);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, "samples", "quickstart", "model")))
            File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        var weights = Path.Combine(model, "model.safetensors");
        await using (var stream = File.Open(weights, FileMode.Open)) stream.SetLength(stream.Length - 1000);

        var manifest = SampleJob.Quickstart("corrupt-model");
        manifest.Body["spec"]!["model"]!["uri"] = "file:" + model;
        manifest.Body["spec"]!["register"]!["model"] = "never-registered";
        await Platform.Jobs.ApplyAsync(manifest, default);

        var job = await EndOf(manifest);

        var stalled = job.Status.Conditions!.Single(condition => condition.Type == Conditions.Stalled);
        Assert.Equal(("True", "ModelInvalid"), (stalled.Status, stalled.Reason));
        Assert.Matches("model\\.[a-z_.0-9]+weight", stalled.Message);
        Assert.DoesNotContain((await new RegistryService.RegistryServiceClient(Platform.Services).ListModelsAsync(new())).Models, known => known.Name == "never-registered");
    }

    private async Task<FineTuneJob> EndOf(JobManifest manifest)
    {
        FineTuneJob? job = null;
        await Eventually.Async("the job ends", Limit, async () => (job = await Platform.Jobs.FindAsync(manifest, default)) is not null && JobFollower.HasEnded(job));
        return job!;
    }

    public sealed class RunningPlatform : IAsyncLifetime
    {
        public LocalPlatformProcess Platform { get; } = new();
        public async ValueTask InitializeAsync() => await Platform.StartAsync();
        public ValueTask DisposeAsync() => Platform.DisposeAsync();
    }
}
