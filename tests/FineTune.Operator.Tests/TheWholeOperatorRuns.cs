using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Hosting;
using Platform.Kubernetes.Runtime;
using Platform.Protos.Datasets.V1;
using Platform.Protos.Evaluation.V1;
using Platform.Protos.Quantization.V1;
using Platform.Protos.Registry.V1;
using Platform.Protos.Training.V1;

namespace Platform.FineTune.Operator.Tests;

/// <summary>The operator as its process runs it: watches, queue, workers, finalizer, events.</summary>
public sealed class TheWholeOperatorRuns : IAsyncLifetime
{
    private readonly World _world = new();
    private WebApplication? _app;

    [Fact]
    public async Task FromApplyToTheRegistryAndAwayAgain()
    {
        await StartAsync();
        _world.Apply(SomeJobs.Full());
        await UntilAsync(() => _world.Job.Status.Phase == "Succeeded", work: true);
        Assert.Contains(FineTuneJobFinalizer.Name, _world.Job.Metadata.Finalizers);
        _world.Api.Do(store => store.Delete(World.Path("finetunejobs", World.Name)));
        await UntilAsync(() => _world.Api.Do(store => store.Keys.All(key => key.StartsWith("events/", StringComparison.Ordinal) || key.StartsWith("leases/", StringComparison.Ordinal))), work: false);
    }

    [Fact]
    public async Task AnotherProcessGoesOnWhereTheFirstWasKilled()
    {
        await StartAsync();
        _world.Apply(SomeJobs.Full());
        await UntilAsync(() => _world.OwnedJobs().Count == 1, work: false);
        await DisposeAppAsync();
        await _world.Workers.WorkAsync(); // training ends while no operator runs
        await StartAsync();
        await UntilAsync(() => _world.Job.Status.Phase == "Succeeded", work: true);
        Assert.Equal(1, _world.Job.Status.ModelVersion!.Version);
        Assert.Equal(3, _world.OwnedJobs().Count);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await DisposeAppAsync();
        _world.Api.BreakWatches();
        _world.Dispose();
    }

    private async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        foreach (var (key, value) in new[] { ("BUS", "memory"), ("S3", $"file:{_world.Folder}"), ("RUN_TOKEN_KEY", Convert.ToBase64String(new byte[32])), ("Kestrel:Endpoints:Test:Url", "http://127.0.0.1:0") })
            builder.Configuration[key] = value;
        builder.Services.AddSingleton(_world.Api.Client());
        builder.Services.AddSingleton(new DatasetsService.DatasetsServiceClient(_world.Services));
        builder.Services.AddSingleton(new TrainingService.TrainingServiceClient(_world.Services));
        builder.Services.AddSingleton(new QuantizationService.QuantizationServiceClient(_world.Services));
        builder.Services.AddSingleton(new EvaluationService.EvaluationServiceClient(_world.Services));
        builder.Services.AddSingleton(new RegistryService.RegistryServiceClient(_world.Services));
        builder.AddPlatformDefaults("operator");
        builder.AddFineTuneOperator();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        await _app.StartAsync();
    }

    private async Task DisposeAppAsync()
    {
        if (_app is null) return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    private async Task UntilAsync(Func<bool> condition, bool work)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), KubernetesJson.Serialize(_world.Job.Status));
            if (work) await _world.Workers.WorkAsync();
            await Task.Delay(10);
        }
    }
}
