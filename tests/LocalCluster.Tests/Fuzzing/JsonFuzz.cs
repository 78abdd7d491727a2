using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Tests.Fuzzing;

/// <summary>Values that nobody expects, and good documents made bad.</summary>
internal sealed class JsonFuzz(Random random)
{
    private static readonly string[] Numbers = ["0", "-0", "1", "-1", "1e400", "-1e400", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1.5", "1e-400", "2147483648", "99999999999999999999999999"];

    private static readonly string[] Texts =
    [
        "", " ", "a", "A_b", "..", "/", "%", "\0", "\ud83d\ude00", "a/b/c", "kubernetes.io/x", "0001-01-01T00:00:00Z", "9999-12-31T23:59:60Z", "10Gi", "1e3m", "-1", "$(x)", "\n\t\"\\",
        "true", "null", "v1", "batch/v1", "Pod", "default", "https://[::1", "(((((", "[a-z", "(?=a)", "{\"a\":",
    ];

    public T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    public string Text() => random.Next(12) switch
    {
        0 => new string('x', random.Next(5000)),
        1 => new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => (char)random.Next(1, 0xD7FF))]),
        _ => Pick(Texts),
    };

    /// <summary>JSON text; what a tree cannot hold (giant numbers, repeated keys, deep nesting) is in it too.</summary>
    public string Value(int depth = 0) => random.Next(depth > 4 ? 6 : 9) switch
    {
        0 => "null",
        1 => Pick(["true", "false"]),
        2 => Pick(Numbers),
        <= 5 => JsonValue.Create(Text()).ToJsonString(),
        6 => "[" + string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => Value(depth + 1))) + "]",
        _ => "{" + string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => $"{JsonValue.Create(Text()).ToJsonString()}:{Value(depth + 1)}")) + "}",
    };

    /// <summary>The document with one of its parts replaced, taken away or doubled, or with its text damaged.</summary>
    public byte[] Spoil(string good)
    {
        var text = random.Next(2) == 0 ? good : Altered(good);
        var bytes = Encoding.UTF8.GetBytes(text);
        switch (random.Next(12))
        {
            case 0:
                return bytes[..random.Next(bytes.Length + 1)];
            case 1:
                for (var i = random.Next(1, 6); i > 0 && bytes.Length > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 2:
                return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":[", random.Next(1, 2000))) + text);
            default:
                return bytes;
        }
    }

    private string Altered(string good)
    {
        if (Parse(good) is not { } tree) return good;
        List<JsonNode> containers = [];
        Collect(tree, containers);
        const string mark = "@@";
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            switch (Pick(containers))
            {
                case JsonObject map when random.Next(3) == 0 || map.Count == 0:
                    map[Text()] = mark;
                    break;
                case JsonObject map when random.Next(4) == 0:
                    map.Remove(Pick(map.Select(p => p.Key).ToList()));
                    break;
                case JsonObject map:
                    map[Pick(map.Select(p => p.Key).ToList())] = mark;
                    break;
                case JsonArray list:
                    list.Insert(random.Next(list.Count + 1), random.Next(2) == 0 && list.Count > 0 ? Pick(list.ToList())?.DeepClone() : mark);
                    break;
            }
        }
        var parts = tree.ToJsonString().Split($"\"{mark}\"");
        return parts.Skip(1).Aggregate(parts[0], (text, part) => text + Value() + part);
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonText.Parse(Encoding.UTF8.GetBytes(text)) as JsonObject;
        }
        catch (JsonException) // a number of Value that no tree holds
        {
            return null;
        }
    }

    private static void Collect(JsonNode node, List<JsonNode> containers)
    {
        containers.Add(node);
        foreach (var child in node is JsonObject map ? map.Select(p => p.Value) : node.AsArray())
            if (child is JsonObject or JsonArray) Collect(child, containers);
    }
}
