using System.Text.Json.Nodes;

namespace Platform.LocalCluster.Tests.Fuzzing;

/// <summary>Expressions out of CEL's words in any order, good ones cut and joined, and definitions that use them.</summary>
internal sealed class CelFuzz(Random random, JsonFuzz json)
{
    private static readonly string[] Words =
    [
        "self", "oldSelf", ".", "?.", "[", "]", "[?", "(", ")", "{", "}", ",", ":", "?", "+", "-", "*", "/", "%", "!", "&&", "||", "==", "!=", "<", ">=", " in ", "has", "size", "all", "exists", "map", "filter",
        "matches", "string", "int", "double", "duration", "timestamp", "quantity", "url", "split", "join", "format", "replace", "substring", "indexOf", "min", "max", "sum", "isSorted", "distinct", "cel.bind",
        "optional.of", "orValue", "x", "a", "b", "s", "n", "'a'", "\"(\"", "r'\\d+'", "b'\\xff'", "0", "1", "-9223372036854775808", "1.5", "1e400", "0x10", "1u", "true", "null", "'%d'", "'\\ud800'", "'''", "//", "\\",
    ];

    private static readonly string[] Good =
    [
        "self.a.all(x, x.size() < 5)", "self.s.matches('^[a-z]+$')", "has(self.n) && self.n / (self.n - self.n) == 1", "self.a.map(x, x + 's').join(',') != self.s", "self.n % 0 == 0",
        "duration(self.s) > duration('1h')", "timestamp(self.s).getFullYear() > 1", "self.a[self.n] == self.s", "self.s.split('').sum() == 1", "self.a.min() == self.a.max()", "int(self.s) == self.n",
        "quantity(self.s).isGreaterThan(quantity('1Gi'))", "url(self.s).getHost() == ''", "self.s.substring(self.n) == ''", "'%d %s %.3f'.format([self.n, self.a, self.s]) == ''", "self == oldSelf",
        "cel.bind(t, self.s + self.s, cel.bind(u, t + t, u.size() > 0))", "self.?s.orValue('') == ''", "self.m['a'] == self.m.b", "self.n * 9223372036854775807 > 0", "-self.n == -(-self.n)", "self.s.replace('', 'y', -1) == 's'",
    ];

    public string Expression() => random.Next(16) switch
    {
        0 => string.Concat(Enumerable.Repeat(json.Pick(["(", "!", "-", "[", "self.", "{'a':", "1+", "a?b:", "''+"]), random.Next(5000))),
        1 => json.Pick(Good)[..random.Next(10)] + json.Pick(Good)[random.Next(8)..],
        2 => json.Text(),
        <= 12 => json.Pick(Good),
        _ => string.Join(' ', Enumerable.Range(0, random.Next(1, 14)).Select(_ => json.Pick(Words))),
    };

    public string Definition(string plural)
    {
        var spec = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["a"] = new JsonObject { ["type"] = "array", ["maxItems"] = 50, ["items"] = new JsonObject { ["type"] = "string", ["maxLength"] = 100 } },
                ["s"] = new JsonObject { ["type"] = "string", ["maxLength"] = 1000, ["pattern"] = random.Next(8) == 0 ? json.Text() : "^.*$", ["format"] = json.Pick(["", "date-time", "uuid", "byte", "ipv4", "nonsense"]) },
                ["n"] = new JsonObject { ["type"] = "integer", ["format"] = json.Pick(["int32", "int64", ""]) },
                ["m"] = new JsonObject { ["type"] = "object", ["maxProperties"] = 10, ["additionalProperties"] = new JsonObject { ["type"] = "string" } },
                ["free"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true },
                ["either"] = new JsonObject { ["x-kubernetes-int-or-string"] = true },
            },
            ["x-kubernetes-validations"] = new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => (JsonNode)new JsonObject { ["rule"] = Expression(), ["messageExpression"] = Expression() })]),
        };
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = plural + ".fuzz.example.com" },
            ["spec"] = new JsonObject
            {
                ["group"] = "fuzz.example.com",
                ["scope"] = "Namespaced",
                ["names"] = new JsonObject { ["plural"] = plural, ["kind"] = "Kind" + plural },
                ["versions"] = new JsonArray(new JsonObject
                {
                    ["name"] = "v1",
                    ["served"] = true,
                    ["storage"] = true,
                    ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                    ["additionalPrinterColumns"] = new JsonArray(new JsonObject { ["name"] = "C", ["type"] = "string", ["jsonPath"] = json.Pick([".spec.s", ".spec.a[*]", ".spec.m.a", json.Text()]) }),
                    ["schema"] = new JsonObject { ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["spec"] = spec, ["status"] = spec.DeepClone() } } },
                }),
            },
        }.ToJsonString();
    }

    public string Instance(string plural) => $$$"""
        {"apiVersion":"fuzz.example.com/v1","kind":"Kind{{{plural}}}","metadata":{"name":"{{{json.Pick(["a", "b", "c"])}}}"},
         "spec":{"a":["x","yy","z"],"s":{{{JsonValue.Create(json.Text()).ToJsonString()}}},"n":{{{random.Next(-3, 3)}}},"m":{"a":"b"},"free":{{{json.Value(2)}}},"either":1},"status":{"s":"t"}}
        """;
}
