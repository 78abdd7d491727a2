using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Grpc.Core;
using Grpc.Health.V1;
using Platform.Datasets.Api;
using Platform.Evaluation.Api;
using Platform.Quantization.Api;
using Platform.Registry.Api;
using Platform.ServiceTesting;
using Platform.Training.Api;

namespace Platform.Hosting.Tests;

/// <summary>The composition of a single machine, and what every service shows to those who run it.</summary>
public sealed partial class FiveServicesInOneProcess : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private ServiceHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ServiceHost.StartAsync(
        _folder.Path,
        builder => builder.AddDatasets().AddTraining().AddQuantization().AddEvaluation().AddRegistry(),
        app => app.MapDatasets().MapTraining().MapQuantization().MapEvaluation().MapRegistry());

    [Fact]
    public async Task EveryServiceHasItsOwnDatabaseFile()
    {
        Assert.Equal(HttpStatusCode.OK, (await _host.Http.GetAsync("/healthz/ready")).StatusCode);
        Assert.All(["datasets", "training", "quantization", "evaluation", "registry"], name => Assert.True(File.Exists(Path.Combine(_folder.Path, "data", $"{name}.db"))));
    }

    [Fact]
    public async Task HealthIsAnsweredInBothProtocols()
    {
        Assert.Equal(HttpStatusCode.OK, (await _host.Http.GetAsync("/healthz/live")).StatusCode);
        var health = await Eventually.Async(async () => (await new global::Grpc.Health.V1.Health.HealthClient(_host.Grpc).CheckAsync(new HealthCheckRequest())).Status, status => status == HealthCheckResponse.Types.ServingStatus.Serving);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health);
    }

    [Fact]
    public async Task MetricsAreInPrometheusForm()
    {
        await _host.Http.GetAsync("/v1/models");
        Assert.Contains("http_server_request_duration_seconds", await Eventually.Async(() => _host.Http.GetStringAsync("/metrics"), text => text.Contains("http_server_request_duration_seconds")));
    }

    [Fact]
    public async Task TheOpenApiDocumentDescribesEveryRoute()
    {
        using var document = JsonDocument.Parse(await _host.Http.GetStringAsync("/openapi/v1.json"));
        var routes = document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(verb => $"{verb.Name} {path.Name}")).ToHashSet();
        Assert.Equal(25, routes.Count);
        Assert.Superset(
            new HashSet<string> { "post /v1/datasets:resolve", "get /v1/datasets/{digest}", "post /v1/training/runs/{result.run_id}:complete", "put /v1/models/{model}/aliases/{alias}", "get /v1/lineage/{run_id}" },
            routes);
    }

    [Fact]
    public async Task EveryDescribedRouteIsThere()
    {
        using var document = JsonDocument.Parse(await _host.Http.GetStringAsync("/openapi/v1.json"));
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var verb in path.Value.EnumerateObject())
            {
                using var request = new HttpRequestMessage(new HttpMethod(verb.Name.ToUpperInvariant()), Variable().Replace(path.Name, "1"));
                if (verb.Name != "get") request.Content = new StringContent("{}", null, "application/json");
                var answer = await _host.Http.SendAsync(request);
                var body = await answer.Content.ReadAsStringAsync();
                Assert.True(body.StartsWith('{'), $"{verb.Name} {path.Name}: {answer.StatusCode} '{body}'"); // a route that is missing has no body
            }
        }
    }

    [Fact]
    public async Task EveryReferenceInTheOpenApiDocumentLeadsSomewhere()
    {
        var text = await _host.Http.GetStringAsync("/openapi/v1.json");
        using var document = JsonDocument.Parse(text);
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        var references = Reference().Matches(text).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.True(schemas.TryGetProperty(name, out _), name));
        var run = schemas.GetProperty("platform.training.v1.TrainingRun").GetProperty("properties");
        Assert.Equal("date-time", run.GetProperty("startTime").GetProperty("format").GetString());
        Assert.Equal("string", schemas.GetProperty("platform.training.v1.Progress").GetProperty("properties").GetProperty("totalSteps").GetProperty("type").GetString());
    }

    [Fact]
    public async Task ARefusalReadsTheSameInJson()
    {
        var answer = await _host.Http.GetAsync("/v1/training/runs/seven");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((int)StatusCode.InvalidArgument, json.RootElement.GetProperty("code").GetInt32());
        Assert.Contains("run_id is 'seven'", json.RootElement.GetProperty("message").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Variable();

    [GeneratedRegex("\"#/components/schemas/([^\"]+)\"")]
    private static partial Regex Reference();
}
