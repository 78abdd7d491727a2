using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Platform.LocalCluster.Json;

/// <summary>YAML 1.1 to the JSON it stands for, with the scalars resolved the way sigs.k8s.io/yaml does (yes, no, on, off are booleans).</summary>
public static partial class YamlText
{
    /// <summary>Aliases can make a short document huge; no real object comes near this many nodes.</summary>
    private const int MaxNodes = 200_000;
    private const int CharactersPerNode = 16;

    /// <summary>The first document; throws <see cref="YamlException"/> or <see cref="FormatException"/> when it is none.</summary>
    public static JsonNode? Parse(string text, List<string>? duplicates = null)
    {
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _)) return null;
        var reading = new Reading(parser, duplicates);
        return reading.Node("", 0);
    }

    private sealed class Reading(IParser parser, List<string>? duplicates)
    {
        private readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
        private int _nodes;

        public JsonNode? Node(string path, int depth)
        {
            Count(1);
            if (depth > JsonText.MaxDepth) throw new FormatException("the document is nested too deeply");
            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                if (!_anchors.TryGetValue(alias.Value, out var target)) throw new FormatException($"unknown anchor '{alias.Value}' referenced");
                Count(Size(target));
                return target?.DeepClone();
            }
            if (parser.TryConsume<Scalar>(out var scalar)) return Anchored(scalar.Anchor, Resolve(scalar));
            if (parser.TryConsume<SequenceStart>(out var sequence))
            {
                var list = new JsonArray();
                while (!parser.TryConsume<SequenceEnd>(out _)) list.Add(Node($"{path}[{list.Count}]", depth + 1));
                return Anchored(sequence.Anchor, list);
            }
            var start = parser.Consume<MappingStart>();
            return Anchored(start.Anchor, Mapping(path, depth));
        }

        private JsonObject Mapping(string path, int depth)
        {
            var map = new JsonObject();
            List<JsonObject> merges = [];
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var line = parser.Current!.Start.Line;
                if (!parser.TryConsume<Scalar>(out var key)) throw new FormatException("a key that is not a scalar");
                var merge = key is { Value: "<<", Style: ScalarStyle.Plain };
                var name = KeyOf(key);
                var child = path.Length == 0 ? name : $"{path}.{name}";
                var value = Node(child, depth + 1);
                if (merge)
                {
                    if (value is JsonObject one) merges.Add(one);
                    else if (value is JsonArray many) merges.AddRange(many.OfType<JsonObject>());
                    continue;
                }
                if (map.ContainsKey(name)) duplicates?.Add($"line {line}: key {ShowKey(key, name)} already set in map");
                map[name] = value;
            }
            foreach (var (key, value) in merges.SelectMany(m => m))
                if (!map.ContainsKey(key)) map[key] = value?.DeepClone();
            return map;
        }

        private JsonNode? Anchored(AnchorName anchor, JsonNode? node)
        {
            if (!anchor.IsEmpty) _anchors[anchor] = node?.DeepClone();
            return node;
        }

        private void Count(int nodes)
        {
            if ((_nodes += nodes) > MaxNodes) throw new FormatException("document contains excessive aliasing");
        }

        private static int Size(JsonNode? node) => node switch
        {
            JsonObject map => 1 + map.Sum(p => Size(p.Value)),
            JsonArray list => 1 + list.Sum(Size),
            JsonValue value when value.TryGetValue<string>(out var text) => 1 + (text.Length / CharactersPerNode),
            _ => 1,
        };
    }

    private static string KeyOf(Scalar key) => Resolve(key) switch
    {
        null => "null",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        var other => other.ToJsonString(),
    };

    private static string ShowKey(Scalar key, string name) =>
        Resolve(key) is JsonValue value && value.TryGetValue<string>(out _) ? $"\"{name}\"" : name;

    private static JsonNode? Resolve(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Tag == "tag:yaml.org,2002:str" || scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any)) return text;
        if (text is "" or "~" or "null" or "Null" or "NULL") return null;
        if (True().IsMatch(text)) return true;
        if (False().IsMatch(text)) return false;
        if (Number(text) is { } number) return number;
        return text;
    }

    private static JsonValue? Number(string text)
    {
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        if (!StartsLikeNumber().IsMatch(plain)) return null;
        if (long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) && !LeadingZero().IsMatch(plain)) return JsonValue.Create(integer);
        var sign = plain[0] == '-' ? -1 : 1;
        var digits = plain.TrimStart('+', '-');
        try
        {
            if (digits.StartsWith("0x", StringComparison.Ordinal)) return JsonValue.Create(sign * Convert.ToInt64(digits[2..], 16));
            if (digits.StartsWith("0b", StringComparison.Ordinal)) return JsonValue.Create(sign * Convert.ToInt64(digits[2..], 2));
            if (digits.StartsWith("0o", StringComparison.Ordinal)) return JsonValue.Create(sign * Convert.ToInt64(digits[2..], 8));
            if (Octal().IsMatch(digits)) return JsonValue.Create(sign * Convert.ToInt64(digits, 8));
        }
        catch (Exception outOfRange) when (outOfRange is OverflowException or FormatException or ArgumentException)
        {
            return null; // not an integer after all: the text is a string
        }
        return Float().IsMatch(plain) && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
            ? JsonValue.Create(real) : null;
    }

    [GeneratedRegex("^(y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$")]
    private static partial Regex True();

    [GeneratedRegex("^(n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$")]
    private static partial Regex False();

    [GeneratedRegex(@"^[-+.0-9]")]
    private static partial Regex StartsLikeNumber();

    [GeneratedRegex("^[-+]?0[0-9]+$")]
    private static partial Regex LeadingZero();

    [GeneratedRegex("^0[0-7]+$")]
    private static partial Regex Octal();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Float();
}
