using System.Net;
using System.Text;

namespace Platform.LocalCluster.Tests.ApiServer;

public class HostileRequestTests
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task EveryPrefixOfABodyIsRefusedWithoutAServerError()
    {
        await using var server = await RunningServer.StartAsync();
        const string whole = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","labels":{"a":"b"}},"data":{"k":"v"}}""";
        for (var length = 0; length < whole.Length; length++)
        {
            var (code, body) = await server.SendAsync(HttpMethod.Post, ConfigMaps, whole[..length]);
            Assert.InRange(code, 400, 499);
            Assert.Equal("Status", (string?)body!["kind"]);
        }
    }

    [Theory]
    [InlineData("application/yaml", "a: [")]
    [InlineData("application/yaml", "a: &a [*a, *a]")]
    [InlineData("application/vnd.kubernetes.protobuf", "k8s\0\n\u0001")]
    [InlineData("application/json", "{\"metadata\":{\"name\":7}}")]
    [InlineData("application/json", "{\"metadata\":[],\"data\":3}")]
    [InlineData("application/json", "null")]
    [InlineData("application/json", "{\"metadata\":{\"name\":\"\\ud800\"}}")]
    public async Task MalformedBodiesAreRefused(string type, string body)
    {
        await using var server = await RunningServer.StartAsync();
        Assert.InRange((await server.SendAsync(HttpMethod.Post, ConfigMaps, body, type)).Code, 400, 499);
    }

    [Fact]
    public async Task DeepAndHugeBodiesAreRefused()
    {
        await using var server = await RunningServer.StartAsync();
        var deep = new StringBuilder().Insert(0, "{\"a\":", 100_000).ToString();
        Assert.InRange((await server.SendAsync(HttpMethod.Post, ConfigMaps, deep)).Code, 400, 499);
        var (code, body) = await server.SendAsync(HttpMethod.Post, ConfigMaps, $"{{\"data\":{{\"a\":\"{new string('x', 4 * 1024 * 1024)}\"}}}}");
        Assert.Equal(413, code);
        Assert.Equal("RequestEntityTooLarge", (string?)body!["reason"]);
    }

    [Fact]
    public async Task WithoutATokenOnlyHealthAndTheVersionAreAnswered()
    {
        await using var server = await RunningServer.StartAsync();
        using var nobody = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }) { BaseAddress = server.Http.BaseAddress };
        Assert.Equal(HttpStatusCode.OK, (await nobody.GetAsync("/readyz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await nobody.GetAsync("/version")).StatusCode);
        foreach (var path in (string[])[ConfigMaps, "/api", "/openapi/v2", "/metrics"]) Assert.Equal(HttpStatusCode.Forbidden, (await nobody.GetAsync(path)).StatusCode);
        nobody.DefaultRequestHeaders.Authorization = new("Bearer", "a.b.c");
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(ConfigMaps)).StatusCode);
    }
}
