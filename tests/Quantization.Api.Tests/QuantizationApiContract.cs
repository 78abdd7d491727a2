using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Hosting.Security;
using Platform.Protos.Artifacts.V1;
using Platform.Protos.Quantization.V1;
using Platform.Protos.Workers.V1;
using Platform.ServiceTesting;
using Platform.Testing.Servers;

namespace Platform.Quantization.Api.Tests;

/// <summary>What the service promises, on every database.</summary>
public abstract class QuantizationApiContract : IAsyncLifetime
{
    private static readonly string SpecDigest = new('a', 64);
    private readonly TestFolder _folder = new();
    private readonly string _run = Guid.NewGuid().ToString("D");
    private ServiceHost _host = null!;

    protected abstract Task<Dictionary<string, string?>> ConfigurationAsync();

    public async ValueTask InitializeAsync() =>
        _host = await ServiceHost.StartAsync(_folder.Path, builder => builder.AddQuantization(), app => app.MapQuantization(), await ConfigurationAsync());

    private QuantizationService.QuantizationServiceClient Client => new(_host.Grpc);

    [Fact]
    public async Task ARunGoesFromStartToEndOnce()
    {
        var started = await StartAsync();
        Assert.Equal(started, await StartAsync());
        Assert.Equal(("running", "team/job"), (started.State, started.Job));
        var done = await Client.CompleteRunAsync(Success());
        Assert.Equal(("succeeded", 100), (done.State, done.Percent));
        Assert.Equal(done, await Client.CompleteRunAsync(Success()));
        Assert.Equal(done, await Client.CompleteRunAsync(Failure()));
        Assert.Equal(done, await GetAsync());
    }

    [Fact]
    public async Task LateReportsNeverMoveARunBackwards()
    {
        await StartAsync();
        await ReportAsync(40, "later");
        await ReportAsync(10, "earlier");
        Assert.Equal((40, "later"), ((await GetAsync()).Percent, (await GetAsync()).Activity));
    }

    [Fact]
    public async Task OnlyTheRunsOwnTokenMayReport()
    {
        await StartAsync();
        var request = new ReportProgressRequest { RunId = _run, SpecDigest = SpecDigest, Percent = 1 };
        await Refused.AsAsync(StatusCode.Unauthenticated, Client.ReportProgressAsync(request));
        await Refused.AsAsync(StatusCode.PermissionDenied, Client.ReportProgressAsync(request, Token("train")));
    }

    [Fact]
    public async Task AFailureIsKeptUntilASuccess()
    {
        await StartAsync();
        Assert.Equal(("failed", "ModelInvalid"), ((await Client.CompleteRunAsync(Failure())).State, (await GetAsync()).Result.Failure.Reason));
        Assert.Equal("succeeded", (await Client.CompleteRunAsync(Success())).State);
    }

    [Fact]
    public async Task EveryProblemIsNamedAtOnce()
    {
        var message = await Refused.AsAsync(StatusCode.InvalidArgument, Client.ReportProgressAsync(new ReportProgressRequest { RunId = "7", SpecDigest = "x", Percent = 101 }));
        Assert.Contains("run_id is '7'", message);
        Assert.Contains("spec_digest is 'x'", message);
        Assert.Contains("percent is 101; it must lie in 0..100", message);
        await Refused.AsAsync(StatusCode.NotFound, Client.GetRunAsync(new GetRunRequest { RunId = _run }));
    }

    [Fact]
    public async Task TheSameServiceAnswersJson()
    {
        var started = await _host.Http.PostAsJsonAsync("/v1/quantization/runs", new { spec = new { runId = _run, specDigest = SpecDigest }, job = "team/job" });
        Assert.Equal(HttpStatusCode.OK, started.StatusCode);
        using var run = JsonDocument.Parse(await _host.Http.GetStringAsync($"/v1/quantization/runs/{_run}"));
        Assert.Equal("running", run.RootElement.GetProperty("state").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<QuantizationRun> StartAsync() =>
        await Client.StartRunAsync(new StartRunRequest { Spec = new QuantizationSpec { RunId = _run, SpecDigest = SpecDigest }, Job = "team/job" });

    private async Task<QuantizationRun> GetAsync() => await Client.GetRunAsync(new GetRunRequest { RunId = _run });

    private async Task ReportAsync(int percent, string activity) => await Client.ReportProgressAsync(
        new ReportProgressRequest { RunId = _run, SpecDigest = SpecDigest, Percent = percent, Activity = activity }, Token("quantize"));

    private Metadata Token(string stage) => new() { { "authorization", $"Bearer {_host.Services.GetRequiredService<RunTokens>().Make(Guid.Parse(_run), stage)}" } };

    private CompleteRunRequest Success() => new()
    {
        Result = new QuantizationResult
        {
            RunId = _run,
            SpecDigest = SpecDigest,
            Models = { new QuantizedModel { Target = new QuantizationTarget { Format = "nf4" }, Artifact = new Artifact { Uri = "s3://platform/runs/1/quantize/nf4/", Sha256 = new string('b', 64), SizeBytes = 7 } } },
        },
    };

    private CompleteRunRequest Failure() => new()
    {
        Result = new QuantizationResult { RunId = _run, SpecDigest = SpecDigest, Failure = new WorkerFailure { Reason = "ModelInvalid", Message = "config.json is missing." } },
    };
}

public sealed class QuantizationApiOnSqlite : QuantizationApiContract
{
    protected override Task<Dictionary<string, string?>> ConfigurationAsync() => Task.FromResult(new Dictionary<string, string?>());
}

[Trait("needs", "database")]
public sealed class QuantizationApiOnPostgres(PostgresServer server) : QuantizationApiContract, IClassFixture<PostgresServer>
{
    protected override async Task<Dictionary<string, string?>> ConfigurationAsync() => new() { ["DATABASE"] = await server.CreateDatabaseAsync() };
}
