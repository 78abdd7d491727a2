using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Artifacts;
using Platform.Hosting.Security;
using Platform.Protos.Artifacts.V1;
using Platform.Protos.Training.V1;
using Platform.Protos.Workers.V1;
using Platform.ServiceTesting;

namespace Platform.Training.Api.Tests;

/// <summary>What the training service promises, on every database.</summary>
public abstract class TrainingApiContract : IAsyncLifetime
{
    private static readonly string SpecDigest = new('a', 64);
    private readonly TestFolder _folder = new();
    private readonly string _run = Guid.NewGuid().ToString("D");
    private ServiceHost _host = null!;

    protected abstract Task<Dictionary<string, string?>> ConfigurationAsync();

    public async ValueTask InitializeAsync() =>
        _host = await ServiceHost.StartAsync(_folder.Path, builder => builder.AddTraining(), app => app.MapTraining(), await ConfigurationAsync());

    private TrainingService.TrainingServiceClient Client => new(_host.Grpc);

    [Fact]
    public async Task StartingTwiceIsStartingOnce()
    {
        var first = await StartAsync();
        var second = await StartAsync();
        Assert.Equal(first, second);
        Assert.Equal(("running", "team/job"), (first.State, first.Job));
        Assert.Equal(first, await Client.GetRunAsync(new GetRunRequest { RunId = _run }));
    }

    [Fact]
    public async Task ManyStartsAtOnceAreOneRun()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StartAsync()));
        Assert.Single(runs.Select(run => run.StartTime).Distinct());
        Assert.Single((await Client.ListRunsAsync(new ListRunsRequest())).Runs, run => run.RunId == _run);
    }

    [Fact]
    public async Task EveryProblemIsNamedAtOnce()
    {
        var message = await Refused.AsAsync(StatusCode.InvalidArgument, Client.StartRunAsync(new StartRunRequest { Spec = new TrainingSpec { RunId = "7", SpecDigest = "x" }, Job = "job" }));
        Assert.Contains("spec.run_id is '7'", message);
        Assert.Contains("spec.spec_digest is 'x'", message);
        Assert.Contains("job is 'job'", message);
    }

    [Theory]
    [InlineData("fp32", "adamw", "none")]
    [InlineData("bf16", "adamw-8bit", "blocks")]
    public async Task MemoryIsToldFromSpecAndConfig(string precision, string optimizer, string checkpointing)
    {
        await StoreConfigAsync("""{"model_type": "opt", "vocab_size": 1000, "hidden_size": 64, "ffn_dim": 256, "num_hidden_layers": 2, "num_attention_heads": 4, "max_position_embeddings": 126}""");
        var spec = new TrainingSpec
        {
            Model = new() { Base = new() { Uri = "s3://platform/models/estimated/" } },
            Method = new() { Type = "lora", AdapterConfig = new() { Fields = { ["peft_type"] = Value.ForString("LORA"), ["r"] = Value.ForNumber(4) } } },
            Hyperparameters = new() { BatchSize = 2, MaxLength = 32, Precision = precision, Optimizer = optimizer, GradientCheckpointing = checkpointing },
        };
        var lora = await Client.EstimateMemoryAsync(new() { Spec = spec });
        spec.Method = new() { Type = "full" };
        var full = await Client.EstimateMemoryAsync(new() { Spec = spec });

        // Embedding, positions, two blocks of 12 h² + 13 h, the last norm.
        Assert.Equal((1000 + 128) * 64 + 2 * (12 * 64 * 64 + 13 * 64) + 2 * 64, full.Parameters);
        Assert.Equal((full.Parameters, 2 * 2 * 4 * (64 + 64)), (full.TrainedParameters, lora.TrainedParameters));
        Assert.Equal(4 * full.Parameters, full.GradientBytes);
        Assert.InRange(lora.PeakBytes, lora.WeightBytes, full.PeakBytes);
    }

    [Theory]
    [InlineData("""{"model_type": "unknown"}""", "model_type is 'unknown'")]
    [InlineData("no json", "config.json cannot be read")]
    public async Task AConfigThatDoesNotTellIsRefused(string config, string message)
    {
        await StoreConfigAsync(config);
        var spec = new TrainingSpec { Model = new() { Uri = "file:model", Base = new() { Uri = "s3://platform/models/estimated/" } } };
        Assert.Contains(message, await Refused.AsAsync(StatusCode.FailedPrecondition, Client.EstimateMemoryAsync(new() { Spec = spec })));
    }

    private Task StoreConfigAsync(string config) => _host.Services.GetRequiredService<IArtifactStore>()
        .PutAsync(ArtifactUri.Parse("s3://platform/models/estimated/config.json"), new MemoryStream(System.Text.Encoding.UTF8.GetBytes(config)), PutCondition.Overwrite, CancellationToken.None);

    [Fact]
    public async Task ARunningRunHasGaugesAndAFinishedOneHasNone()
    {
        await StartAsync();
        await ReportAsync(10);
        var running = await Eventually.Async(() => _host.Http.GetStringAsync("/metrics"), text => text.Contains($"run=\"{_run}\""));
        Assert.Contains("platform_training_loss", running);
        Assert.Contains("job=\"team/job\"", running);

        await Client.CompleteRunAsync(Success());

        await Eventually.Async(() => _host.Http.GetStringAsync("/metrics"), text => !text.Contains(_run));
    }

    [Fact]
    public async Task LateAndRepeatedReportsNeverMoveARunBackwards()
    {
        await StartAsync();
        await ReportAsync(10);
        await ReportAsync(5);
        await ReportAsync(10);
        Assert.Equal(10, (await GetAsync()).Progress.Step);
        await ReportAsync(12);
        Assert.Equal(12, (await GetAsync()).Progress.Step);
        await ReportAsync(8, attempt: 2); // resumed from a checkpoint
        await ReportAsync(13, attempt: 1);
        Assert.Equal((2, 8L), ((await GetAsync()).Progress.Attempt, (await GetAsync()).Progress.Step));
    }

    [Fact]
    public async Task ALossThatIsNoNumberIsReported()
    {
        await StartAsync();
        await Client.ReportProgressAsync(new ReportProgressRequest { RunId = _run, SpecDigest = SpecDigest, Progress = new Progress { Step = 1, TotalSteps = 2, Loss = double.NaN } }, Token());
        Assert.True(double.IsNaN((await GetAsync()).Progress.Loss));
    }

    [Fact]
    public async Task OnlyTheRunsOwnTokenMayReport()
    {
        await StartAsync();
        var request = new ReportProgressRequest { RunId = _run, SpecDigest = SpecDigest, Progress = new Progress { Step = 1, TotalSteps = 2 } };
        await Refused.AsAsync(StatusCode.Unauthenticated, Client.ReportProgressAsync(request));
        await Refused.AsAsync(StatusCode.PermissionDenied, Client.ReportProgressAsync(request, Token(run: Guid.NewGuid())));
        await Refused.AsAsync(StatusCode.PermissionDenied, Client.ReportProgressAsync(request, Token(stage: "quantize")));
        Assert.Null((await GetAsync()).Progress);
    }

    [Fact]
    public async Task TheFirstSuccessIsFinal()
    {
        await StartAsync();
        var done = await Client.CompleteRunAsync(Success());
        Assert.Equal("succeeded", done.State);
        Assert.Equal(done, await Client.CompleteRunAsync(Success()));
        Assert.Equal(done, await Client.CompleteRunAsync(Failure()));
        await ReportAsync(99);
        Assert.Equal(done, await GetAsync());
    }

    [Fact]
    public async Task AFailureGivesWayToALaterSuccess()
    {
        await StartAsync();
        var failed = await Client.CompleteRunAsync(Failure());
        Assert.Equal(("failed", "LossDiverged"), (failed.State, failed.Failure.Reason));
        Assert.Equal("succeeded", (await Client.CompleteRunAsync(Success())).State);
        Assert.Null((await GetAsync()).Failure);
    }

    [Fact]
    public async Task ARunThatWasNotStartedIsNotFound()
    {
        await Refused.AsAsync(StatusCode.NotFound, Client.GetRunAsync(new GetRunRequest { RunId = _run }));
        await Refused.AsAsync(StatusCode.NotFound, Client.CompleteRunAsync(Success()));
    }

    [Fact]
    public async Task PagesCoverEveryRunOnce()
    {
        for (var i = 0; i < 5; i++) await StartAsync(Guid.NewGuid().ToString());
        List<string> seen = [];
        var token = "";
        do
        {
            var page = await Client.ListRunsAsync(new ListRunsRequest { PageSize = 2, PageToken = token });
            seen.AddRange(page.Runs.Select(run => run.RunId));
            token = page.NextPageToken;
            await StartAsync(Guid.NewGuid().ToString()); // what is added meanwhile shifts nothing
        }
        while (token.Length > 0);
        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal(5, seen.Count);
        Assert.Contains("page_token", await Refused.AsAsync(StatusCode.InvalidArgument, Client.ListRunsAsync(new ListRunsRequest { PageSize = -1, PageToken = "?" })));
    }

    [Fact]
    public async Task TheSameServiceAnswersJson()
    {
        var started = await _host.Http.PostAsJsonAsync("/v1/training/runs", new { spec = new { runId = _run, specDigest = SpecDigest }, job = "team/job" });
        Assert.Equal(HttpStatusCode.OK, started.StatusCode);
        using var run = JsonDocument.Parse(await _host.Http.GetStringAsync($"/v1/training/runs/{_run}"));
        Assert.Equal("running", run.RootElement.GetProperty("state").GetString());
        var completed = await _host.Http.PostAsJsonAsync($"/v1/training/runs/{_run}:complete", new { result = new { specDigest = SpecDigest, failure = new { reason = "LossDiverged", message = "m" } } });
        Assert.Equal(HttpStatusCode.OK, completed.StatusCode);
        Assert.Equal("failed", (await GetAsync()).State);
        var missing = await _host.Http.GetAsync($"/v1/training/runs/{Guid.NewGuid()}");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("There is no run", await missing.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<TrainingRun> StartAsync(string? run = null) =>
        await Client.StartRunAsync(new StartRunRequest { Spec = new TrainingSpec { RunId = run ?? _run, SpecDigest = SpecDigest }, Job = "team/job" });

    private async Task<TrainingRun> GetAsync() => await Client.GetRunAsync(new GetRunRequest { RunId = _run });

    private async Task ReportAsync(long step, int attempt = 1) => await Client.ReportProgressAsync(
        new ReportProgressRequest { RunId = _run, SpecDigest = SpecDigest, Progress = new Progress { Step = step, TotalSteps = 100, Loss = 1.5, Attempt = attempt } }, Token());

    private Metadata Token(Guid? run = null, string stage = "train") =>
        new() { { "authorization", $"Bearer {_host.Services.GetRequiredService<RunTokens>().Make(run ?? Guid.Parse(_run), stage)}" } };

    private CompleteRunRequest Success() => new()
    {
        Result = new TrainingResult
        {
            RunId = _run,
            SpecDigest = SpecDigest,
            Checkpoint = new Checkpoint { Adapter = new Artifact { Uri = "s3://platform/runs/1/train/adapter/", Sha256 = new string('b', 64) }, Steps = 100 },
        },
    };

    private CompleteRunRequest Failure() => new()
    {
        Result = new TrainingResult { RunId = _run, SpecDigest = SpecDigest, Failure = new WorkerFailure { Reason = "LossDiverged", Message = "The loss is not a number." } },
    };
}
