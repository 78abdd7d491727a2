using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Artifacts;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Phases;
using Platform.Kubernetes.Runtime;
using Platform.Protos.Datasets.V1;
using Platform.Protos.Evaluation.V1;
using Platform.Protos.Quantization.V1;
using Platform.Protos.Registry.V1;
using Platform.Protos.Training.V1;

namespace Platform.FineTune.Operator.Tests;

/// <summary>A job's surroundings: API server, services, a folder store and, in <see cref="Workers"/>, what pods do.</summary>
internal sealed class World : IDisposable
{
    public const string Namespace = "team";
    public const string Name = "support-bot";
    public const string Uid = "0b6be360-f07d-4f03-8d61-9df04496d222";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("world-");
    private readonly FineTuneJobReconciler _reconciler;
    private readonly FineTuneJobFinalizer _finalizer;

    public World()
    {
        var client = Api.Client();
        Store = new(ArtifactStores.Open($"file:{_folder.FullName}"));
        Workers = new(this);
        var settings = SomeJobs.Settings;
        var events = new EventRecorder(client, new() { Name = "finetune-operator" }, Time, NullLogger<EventRecorder>.Instance);
        var results = new StageResults(Store);
        var jobs = new StageJobs(client, settings, new(new byte[32]));
        var runner = new StageRunner(jobs, new(client));
        var registry = new RegistryService.RegistryServiceClient(Services);
        Jobs = new(client);
        _reconciler = new(
            new(new(Services), registry, Time),
            new(runner, results, new TrainingService.TrainingServiceClient(Services), Time),
            new(runner, results, new QuantizationService.QuantizationServiceClient(Services), Time),
            new(runner, results, new EvaluationService.EvaluationServiceClient(Services), Time),
            new(results, registry, Time), jobs, runner, Jobs, new(Jobs), events, Time);
        _finalizer = new(jobs, results, registry, events, Time, NullLogger<FineTuneJobFinalizer>.Instance);
    }

    public ApiDouble Api { get; } = new();
    public ServicesDouble Services { get; } = new();
    public StoreDouble Store { get; }
    public ManualTime Time { get; } = new();
    public Workers Workers { get; }
    public ResourceApi<FineTuneJob> Jobs { get; }
    public FineTuneJob Job => Jobs.GetAsync(new(Namespace, Name), CancellationToken.None).GetAwaiter().GetResult() ?? throw new InvalidOperationException("The job is gone.");
    public string Folder => _folder.FullName;

    public void Apply(FineTuneJob job) => Api.Do(store => store.Create(Path("finetunejobs", null), JsonNode.Parse(KubernetesJson.Serialize(job))!.AsObject()));

    public void Change(string mergePatch) => Api.Do(store => store.Patch(Path("finetunejobs", Name), JsonNode.Parse(mergePatch)!));

    public Task<ReconciliationResult> ReconcileAsync() => _reconciler.ReconcileAsync(Job, CancellationToken.None);

    public Task<ReconciliationResult> FinalizeAsync() => _finalizer.FinalizeAsync(Job, CancellationToken.None);

    /// <summary>Looks at the job again and again, with pods that work, until it ended.</summary>
    public async Task<FineTuneJob> RunToTheEndAsync()
    {
        for (var look = 0; look < 100; look++)
        {
            await SurviveAsync(() => ReconcileAsync());
            if (StatusComposition.IsFinished(Job)) return Job;
            await Workers.WorkAsync();
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        throw new InvalidOperationException($"Not finished: {KubernetesJson.Serialize(Job.Status)}");
    }

    /// <summary>What the work queue does with an exception: the object comes back.</summary>
    public static async Task SurviveAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception problem) when (problem is HttpRequestException or ApiStatusException)
        {
        }
    }

    public IReadOnlyList<V1Job> OwnedJobs() => Api.Do(store => store.All("jobs").Select(entity => KubernetesJson.Deserialize<V1Job>(entity.DeepClone())).ToList());

    public IReadOnlyList<string> Events() => Api.Do(store => store.All("events").Select(entity => $"{entity["type"]} {entity["reason"]} x{entity["count"]}").ToList());

    public static ApiPath Path(string plural, string? name) => new(plural, Namespace, name, null, []);

    public void Dispose() => _folder.Delete(recursive: true);
}
