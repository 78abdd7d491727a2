using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Modeling.Checkpoints;

/// <summary>Which file of a sharded checkpoint holds which tensor: <c>model.safetensors.index.json</c>.</summary>
public sealed class CheckpointIndex(IReadOnlyDictionary<string, string> files)
{
    public const string FileName = ModelFolder.SingleFile + Suffix;

    internal const string Suffix = ".index.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Tensor name -> file name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; } = files;

    /// <exception cref="CheckpointException">The index is malformed or points out of its folder.</exception>
    public static CheckpointIndex Read(string file)
    {
        try
        {
            var map = JsonNode.Parse(File.ReadAllBytes(file))?["weight_map"] as JsonObject
                ?? throw new CheckpointException($"'{file}' has no weight_map.");
            var files = map.ToDictionary(pair => pair.Key, pair => pair.Value?.GetValue<string>() ?? "");
            foreach (var (tensor, shard) in files)
            {
                if (shard.Length == 0 || shard != Path.GetFileName(shard) || shard is "." or "..")
                {
                    throw new CheckpointException($"'{file}': tensor '{tensor}' lies in '{shard}', which is no file name.");
                }
            }

            return new CheckpointIndex(files);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new CheckpointException($"'{file}' is no checkpoint index: {failure.Message}", failure);
        }
    }

    /// <summary>The same shards as safetensors files.</summary>
    public CheckpointIndex AsSafeTensors() => new(Files.ToDictionary(
        pair => pair.Key,
        pair => Path.GetExtension(pair.Value) == ".bin" ? Path.ChangeExtension(pair.Value.Replace("pytorch_model", "model", StringComparison.Ordinal), ".safetensors") : pair.Value));

    /// <summary>Writes the index atomically.</summary>
    public void Write(string file, long totalParameters, long totalSize)
    {
        var json = new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_parameters"] = totalParameters, ["total_size"] = totalSize },
            ["weight_map"] = new JsonObject(Files.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        };
        AtomicFile.Write(file, json.ToJsonString(Indented) + "\n");
    }
}
