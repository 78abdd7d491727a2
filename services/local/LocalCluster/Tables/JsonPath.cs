using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Tables;

/// <summary>The part of Kubernetes' JSONPath that printer columns use: fields, quoted fields, indexes, * and equality filters.</summary>
public sealed partial class JsonPath
{
    public static readonly JsonPath Nothing = new([_ => []]);

    private readonly List<Func<JsonNode?, IEnumerable<JsonNode?>>> _steps;

    private JsonPath(List<Func<JsonNode?, IEnumerable<JsonNode?>>> steps) => _steps = steps;

    /// <summary>Null when the text is no such path.</summary>
    public static JsonPath? Parse(string text)
    {
        text = text.Trim().TrimStart('{').TrimEnd('}');
        List<Func<JsonNode?, IEnumerable<JsonNode?>>> steps = [];
        while (text.Length > 0)
        {
            if (Field().Match(text) is { Success: true } field)
            {
                var name = Regex.Unescape(field.Groups[1].Value);
                if (name == "*") steps.Add(All);
                else if (name.Length > 0) steps.Add(node => node is JsonObject map && map.TryGetPropertyValue(name, out var child) ? [child] : []);
                text = text[field.Length..];
            }
            else if (Quoted().Match(text) is { Success: true } quoted)
            {
                var name = quoted.Groups[1].Value;
                steps.Add(node => node is JsonObject map && map.TryGetPropertyValue(name, out var child) ? [child] : []);
                text = text[quoted.Length..];
            }
            else if (Index().Match(text) is { Success: true } index)
            {
                if (index.Groups[1].Value == "*") steps.Add(All);
                else
                {
                    var at = int.Parse(index.Groups[1].Value, CultureInfo.InvariantCulture);
                    steps.Add(node => node is JsonArray list && (at < 0 ? list.Count + at : at) is var i && i >= 0 && i < list.Count ? [list[i]] : []);
                }
                text = text[index.Length..];
            }
            else if (Filter().Match(text) is { Success: true } filter)
            {
                steps.Add(Matching(filter.Groups[1].Value.Split('.'), filter.Groups[2].Value, filter.Groups[3].Value));
                text = text[filter.Length..];
            }
            else return null;
        }
        return new JsonPath(steps);
    }

    public JsonNode? First(JsonNode? node)
    {
        IEnumerable<JsonNode?> current = [node];
        foreach (var step in _steps) current = current.SelectMany(step);
        return current.FirstOrDefault();
    }

    private static IEnumerable<JsonNode?> All(JsonNode? node) => node switch { JsonArray list => list, JsonObject map => map.Select(p => p.Value), _ => [] };

    private static Func<JsonNode?, IEnumerable<JsonNode?>> Matching(string[] path, string operation, string literal)
    {
        var text = literal.Trim('"', '\'');
        return node => node is not JsonArray list ? [] : list.Where(item =>
        {
            var value = item.At(path);
            var same = (value.Text() ?? value?.ToJsonString()) == text;
            return value is not null && same == (operation == "==");
        });
    }

    [GeneratedRegex(@"^\.((?:[A-Za-z0-9_\-/$]|\\.)+|\*|)")]
    private static partial Regex Field();

    [GeneratedRegex(@"^\[['""]([^'""]*)['""]\]")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^\[(-?\d+|\*)\]")]
    private static partial Regex Index();

    [GeneratedRegex(@"^\[\?\(\s*@\.([A-Za-z0-9_.\-]+)\s*(==|!=)\s*('[^']*'|""[^""]*""|[\w.\-]+)\s*\)\]")]
    private static partial Regex Filter();
}
