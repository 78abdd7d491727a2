using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using Platform.LocalCluster.ApiServer;
using Platform.Testing;

namespace Platform.FineTune.Api.Tests;

/// <summary>An API server that serves FineTuneJobs as the CRD file says.</summary>
public sealed class ServerWithTheCrd : IAsyncLifetime
{
    private const string Jobs = "/apis/finetune.platform.io/v1alpha1/namespaces/default/finetunejobs";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crd-");
    private LocalApiServer? _server;
    private HttpClient? _http;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalApiServer.StartAsync(new LocalApiServerOptions { DataFolder = _folder.FullName });
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(_server.Kubeconfig);
        _http = new(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }) { BaseAddress = _server.Address };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", configuration.AccessToken);
        var crd = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "charts", "platform", "files", "crds", "finetunejobs.yaml"));
        var (code, answer) = await SendAsync(HttpMethod.Post, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd, "application/yaml");
        Assert.True(code == 201, answer.ToJsonString());
        var started = TimeProvider.System.GetTimestamp();
        while ((await SendAsync(HttpMethod.Get, Jobs, null)).Code != 200)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "FineTuneJobs are not served.");
            await Task.Delay(20);
        }
    }

    public Task<(int Code, JsonObject Answer)> CreateAsync(JsonObject job) => SendAsync(HttpMethod.Post, Jobs, job.ToJsonString());

    public Task<(int Code, JsonObject Answer)> CreateAsync(string yaml) => SendAsync(HttpMethod.Post, Jobs + "?fieldValidation=Strict", yaml, "application/yaml");

    public Task<(int Code, JsonObject Answer)> PatchAsync(string name, string patch) => SendAsync(HttpMethod.Patch, $"{Jobs}/{name}", patch, "application/merge-patch+json");

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<(int Code, JsonObject Answer)> SendAsync(HttpMethod method, string path, string? body, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        using var response = await _http!.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : []);
    }
}
