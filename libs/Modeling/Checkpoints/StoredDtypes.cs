using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints;

/// <summary>The type of the weights as a config says it: <c>torch_dtype</c> (transformers 4.x) or <c>dtype</c> (5.x).</summary>
internal static class StoredDtypes
{
    private static readonly Dictionary<string, ScalarType> ByName = new()
    {
        ["float32"] = ScalarType.Float32,
        ["float16"] = ScalarType.Float16,
        ["bfloat16"] = ScalarType.BFloat16,
    };

    public static ScalarType Of(JsonObject config)
    {
        var name = (config["dtype"] ?? config["torch_dtype"])?.ToString() ?? "float32";
        return ByName.TryGetValue(name, out var dtype)
            ? dtype
            : throw new ModelConfigException($"config.json: dtype is '{name}'; known are {string.Join(", ", ByName.Keys)}.");
    }

    public static void Write(JsonObject config, ScalarType dtype) =>
        config[config.ContainsKey("dtype") ? "dtype" : "torch_dtype"] = ByName.First(pair => pair.Value == dtype).Key;
}
