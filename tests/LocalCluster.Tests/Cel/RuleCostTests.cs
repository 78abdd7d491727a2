using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Tests.ApiServer;

namespace Platform.LocalCluster.Tests.Cel;

/// <summary>What rules may cost: by the schema's bounds when a definition is created, by the values when an object is checked.</summary>
public class RuleCostTests
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Gadgets = "/apis/cost.example.com/v1/namespaces/default/gadgets";
    private const string Guarded = "(!has(self.expect.contains) || !self.message.contains(self.expect.contains)) && (!has(self.expect.equals) || self.message != self.expect.equals)";

    /// <summary>The factors are what a Kubernetes 1.36 server answers.</summary>
    [Theory]
    [InlineData(4096, 4096, "5.4x")]
    [InlineData(4096, 512, null)]
    [InlineData(1024, 1024, null)]
    public async Task ARuleCostsAsMuchAsItsSchemaAllows(int message, int expected, string? factor)
    {
        await using var server = await RunningServer.StartAsync();
        var item = new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("message", "expect"),
            ["x-kubernetes-validations"] = Rules(Guarded),
            ["properties"] = new JsonObject
            {
                ["message"] = Text(message),
                ["expect"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["contains"] = Text(expected), ["equals"] = Text(expected) } },
            },
        };
        var cases = new JsonObject { ["type"] = "array", ["maxItems"] = 20, ["items"] = item };
        var (code, body) = await server.SendAsync(HttpMethod.Post, Definitions, Definition(new JsonObject { ["cases"] = cases }).ToJsonString());
        Assert.Equal(factor is null ? 201 : 422, code);
        if (factor is not null) Assert.Contains($"estimated rule cost exceeds budget by factor of {factor}", body.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("self.a.all(x, x.startsWith('s'))", true)]
    [InlineData("self.a.all(x, self.a.exists(y, x == y))", false)]
    [InlineData("self.s.matches('^[a-z]+$')", true)]
    [InlineData("self.b.all(x, self.b.exists_one(y, x == y))", true)]
    [InlineData("self.a.map(x, x + 's').join(',') != ''", false)]
    [InlineData("self.n == 1 ? self.b.all(x, x > 0) : self.a.size() == 0", true)]
    [InlineData("cel.bind(t, self.a.filter(x, x != ''), t.all(x, t.all(y, t.all(z, x + y + z != ''))))", false)]
    public async Task ListsWithoutBoundsMayBeWalkedOnceButNotWithinThemselvesNorBuiltUp(string rule, bool allowed)
    {
        await using var server = await RunningServer.StartAsync();
        var (code, body) = await server.SendAsync(HttpMethod.Post, Definitions, Definition(Fields(), rule).ToJsonString());
        Assert.True(code == (allowed ? 201 : 422), body?.ToJsonString());
    }

    [Fact]
    public async Task ARuleThatCostsTooMuchWhenItRunsIsRefusedAndTheServerGoesOn()
    {
        await using var server = await RunningServer.StartAsync();
        // Each compares a whole object, which the estimate takes for cheap.
        var (code, _) = await server.SendAsync(HttpMethod.Post, Definitions, Definition(Fields(), "self.b.all(x, self == self)", "self.b.all(x, self != self || x >= 0)").ToJsonString());
        Assert.Equal(201, code);
        var numbers = new JsonArray([.. Enumerable.Range(0, 100).Select(i => (JsonNode)i)]);
        var texts = new JsonArray([.. Enumerable.Range(0, 100_000).Select(_ => (JsonNode)"a")]);
        var gadget = new JsonObject
        {
            ["apiVersion"] = "cost.example.com/v1",
            ["kind"] = "Gadget",
            ["metadata"] = new JsonObject { ["name"] = "g" },
            ["spec"] = new JsonObject { ["a"] = texts, ["b"] = numbers, ["s"] = "s", ["n"] = 1 },
        };
        JsonNode? body = null;
        for (var attempt = 0; attempt < 200 && code != 422; attempt++)
        {
            (code, body) = await server.SendAsync(HttpMethod.Post, Gadgets, gadget.ToJsonString());
            if (code == 404) await Task.Delay(25); // not served yet
        }
        Assert.Equal(422, code);
        Assert.Contains("no further validation rules will be run due to call cost exceeds limit", body.Text("message"), StringComparison.Ordinal);
    }

    private static JsonObject Fields() => new()
    {
        ["a"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
        ["b"] = new JsonObject { ["type"] = "array", ["maxItems"] = 100, ["items"] = new JsonObject { ["type"] = "integer" } },
        ["s"] = new JsonObject { ["type"] = "string" },
        ["n"] = new JsonObject { ["type"] = "integer" },
    };

    private static JsonObject Text(int length) => new() { ["type"] = "string", ["maxLength"] = length };

    private static JsonArray Rules(params string[] rules) => new([.. rules.Select(rule => (JsonNode)new JsonObject { ["rule"] = rule })]);

    private static JsonObject Definition(JsonObject fields, params string[] rules)
    {
        var spec = new JsonObject { ["type"] = "object", ["properties"] = fields };
        if (rules.Length > 0) spec["x-kubernetes-validations"] = Rules(rules);
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = "gadgets.cost.example.com" },
            ["spec"] = new JsonObject
            {
                ["group"] = "cost.example.com",
                ["scope"] = "Namespaced",
                ["names"] = new JsonObject { ["plural"] = "gadgets", ["kind"] = "Gadget" },
                ["versions"] = new JsonArray(new JsonObject
                {
                    ["name"] = "v1",
                    ["served"] = true,
                    ["storage"] = true,
                    ["schema"] = new JsonObject { ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["spec"] = spec } } },
                }),
            },
        };
    }
}
