using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Platform.Local.Follow;

/// <summary>A FineTuneJob as its author wrote it: nothing added, nothing dropped, so that the API server judges every field.</summary>
public sealed record JobManifest(string Namespace, string Name, JsonObject Body)
{
    /// <exception cref="FormatException">The file is not one FineTuneJob; the message says why.</exception>
    public static JobManifest Read(string path)
    {
        if (!File.Exists(path)) throw new FormatException($"There is no file '{path}'.");
        var stream = new YamlStream();
        try
        {
            using var reader = File.OpenText(path);
            stream.Load(reader);
        }
        catch (YamlException problem)
        {
            throw new FormatException($"{path}({problem.Start.Line},{problem.Start.Column}): {problem.Message}");
        }

        if (stream.Documents is not [{ RootNode: YamlMappingNode root }]) throw new FormatException($"{path} must hold one FineTuneJob; it holds {stream.Documents.Count} YAML documents.");
        var body = (JsonObject)Convert(root)!;
        if (Text(body["kind"]) != FineTuneJob.KindName) throw new FormatException($"{path} holds a {Text(body["kind"]) ?? "document without kind"}; expected kind: {FineTuneJob.KindName}.");
        var metadata = body["metadata"] as JsonObject;
        var name = Text(metadata?["name"]) ?? throw new FormatException($"{path}: metadata.name is missing.");
        var @namespace = Text(metadata!["namespace"]) ?? "default";
        metadata["namespace"] = @namespace;
        return new JobManifest(@namespace, name, body);
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Convert(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode scalar => Scalar(scalar),
        _ => throw new FormatException($"YAML node {node.NodeType} at line {node.Start.Line} is not supported."),
    };

    private static JsonNode? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain) return JsonValue.Create(text);
        if (text is "" or "~" or "null") return null;
        if (bool.TryParse(text, out var flag)) return JsonValue.Create(flag);
        if (long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var whole)) return JsonValue.Create(whole);
        return double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }
}
