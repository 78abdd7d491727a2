using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Tests.ApiServer;

/// <summary>An API server on a folder of its own, which can be stopped and started again on the same data.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("local-api-").FullName;
    private HttpClient _http = null!;
    private LocalApiServer _server = null!;

    public string Folder => _folder;

    public string Kubeconfig => _server.Kubeconfig;

    public Kubernetes Client { get; private set; } = null!;

    public HttpClient Http => _http;

    public static async Task<RunningServer> StartAsync()
    {
        var server = new RunningServer();
        await server.OpenAsync();
        return server;
    }

    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    public async Task<(int Code, JsonNode? Body)> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.StartsWith('{') ? JsonText.Parse(Encoding.UTF8.GetBytes(text)) : null);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task OpenAsync()
    {
        _server = await LocalApiServer.StartAsync(new LocalApiServerOptions { DataFolder = _folder });
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(_server.Kubeconfig);
        Client = new Kubernetes(configuration);
        _http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }) { BaseAddress = _server.Address };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", configuration.AccessToken);
    }

    private async Task CloseAsync()
    {
        _http.Dispose();
        Client.Dispose();
        await _server.DisposeAsync();
    }
}
