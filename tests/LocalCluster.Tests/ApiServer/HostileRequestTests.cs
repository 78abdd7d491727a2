using System.Net;
using System.Text;

namespace Platform.LocalCluster.Tests.ApiServer;

public class HostileRequestTests
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Things = "/apis/hostile.example.com/v1/namespaces/default/things";

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
    public async Task AShortDocumentThatAliasesMakeHugeIsRefused()
    {
        await using var server = await RunningServer.StartAsync();
        var text = $"data:\n  a: &a \"{new string('x', 500_000)}\"\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"  b{i}: *a\n"));
        Assert.Equal(400, (await server.SendAsync(HttpMethod.Post, ConfigMaps, text, "application/yaml")).Code);
    }

    [Fact]
    public async Task APatchThatDoublesWhatIsThereAgainAndAgainIsRefused()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SendAsync(HttpMethod.Post, ConfigMaps, $$$"""{"metadata":{"name":"x"},"data":{"k":"{{{new string('x', 1000)}}}"} }""");
        var copies = string.Join(',', Enumerable.Range(0, 64).Select(i => $$"""{"op":"copy","from":"/data","path":"/x{{i}}"},{"op":"move","from":"/x{{i}}","path":"/data/y{{i}}"}"""));
        Assert.Equal(413, (await server.SendAsync(HttpMethod.Patch, $"{ConfigMaps}/x", $"[{copies}]", "application/json-patch+json")).Code);
    }

    [Fact]
    public async Task PatchesCannotMakeAnObjectDeeperOrLargerThanAnyRequest()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SendAsync(HttpMethod.Post, Definitions, Definition("""{"type":"object","x-kubernetes-preserve-unknown-fields":true}"""));
        await UntilServedAsync(server);
        // managedFields repeats the structure some levels further down, and both must be readable again.
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 240)) + "1" + new string('}', 240);
        Assert.Equal(201, (await server.SendAsync(HttpMethod.Post, Things, Thing(deep))).Code);
        Assert.Equal(200, (await server.SendAsync(HttpMethod.Get, $"{Things}/x")).Code);
        Assert.Equal(200, (await server.SendAsync(HttpMethod.Patch, $"{Things}/x", """{"metadata":{"labels":{"a":"b"}}}""", "application/merge-patch+json")).Code);
        var deeper = $$"""[{"op":"add","path":"/spec{{string.Concat(Enumerable.Repeat("/a", 200))}}","value":{{deep}} }]""";
        Assert.Equal(400, (await server.SendAsync(HttpMethod.Patch, $"{Things}/x", deeper, "application/json-patch+json")).Code);
        List<int> codes = [];
        for (var i = 0; i < 4; i++)
            codes.Add((await server.SendAsync(HttpMethod.Patch, $"{Things}/x", "{\"spec\":{\"b" + i + "\":\"" + new string('x', 2_000_000) + "\"}}", "application/merge-patch+json")).Code);
        Assert.Equal([200, 200, 413, 413], codes);
    }

    [Theory]
    [InlineData("1 == 1", " && 1 == 1", 9000)]
    [InlineData("0", " + 1", 20000)]
    [InlineData("self", ".a", 30000)]
    [InlineData("self", "[0]", 20000)]
    [InlineData("self", ".size()", 10000)]
    [InlineData("", "!", 90000)]
    [InlineData("", "(", 90000)]
    [InlineData("", "[", 90000)]
    [InlineData("", "true?true:", 9000)]
    [InlineData("", "[1].all(x,", 9000)]
    public async Task AnExpressionOfAnyLengthIsJudgedWithoutACrash(string start, string repeated, int times)
    {
        await using var server = await RunningServer.StartAsync();
        var rule = System.Text.Json.JsonSerializer.Serialize(start + string.Concat(Enumerable.Repeat(repeated, times)));
        var schema = $$"""{"type":"object","properties":{"a":{"type":"string"} },"x-kubernetes-validations":[{"rule":{{rule}} }]}""";
        var (code, _) = await server.SendAsync(HttpMethod.Post, Definitions, Definition(schema));
        Assert.True(code is 201 or 422, $"{code}");
        if (code == 201) await UntilServedAsync(server);
        Assert.InRange((await server.SendAsync(HttpMethod.Post, Things, Thing("""{"a":"b"}"""))).Code, 200, 499);
    }

    [Theory]
    [InlineData("((a{100}){100}){100}")]
    [InlineData("(a|aa)+$")]
    [InlineData("(a*)*b")]
    [InlineData("(?=a)b")]
    public async Task APatternOfAnyKindTakesNoLongerThanItsText(string pattern)
    {
        await using var server = await RunningServer.StartAsync();
        var schema = $$$"""{"type":"object","properties":{"a":{"type":"string","pattern":"{{{pattern}}}"} } }""";
        var (code, _) = await server.SendAsync(HttpMethod.Post, Definitions, Definition(schema));
        Assert.True(code is 201 or 422, $"{code}");
        if (code == 422) return;
        await UntilServedAsync(server);
        var (made, _) = await server.SendAsync(HttpMethod.Post, Things, Thing($$"""{"a":"{{new string('a', 100_000)}}!"}"""));
        Assert.Equal(422, made);
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

    private static string Definition(string spec) => $$$"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things.hostile.example.com"},"spec":{"group":"hostile.example.com","scope":"Namespaced",
         "names":{"plural":"things","kind":"Thing"},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{{{spec}}} } } } }]}}
        """;

    private static string Thing(string spec) => $$$"""{"apiVersion":"hostile.example.com/v1","kind":"Thing","metadata":{"name":"x"},"spec":{{{spec}}} }""";

    private static async Task UntilServedAsync(RunningServer server)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await server.SendAsync(HttpMethod.Get, Things)).Code != 200) await Task.Delay(25, limit.Token);
    }
}
