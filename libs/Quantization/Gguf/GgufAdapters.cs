using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Quantization.Gguf.Blocks;
using static TorchSharp.torch;

namespace Platform.Quantization.Gguf;

/// <summary>Writes LoRA adapters as GGUF files, as llama.cpp's <c>--lora</c> takes them.</summary>
public static class GgufAdapters
{
    private const string Root = "base_model.model.";
    private static readonly (string Suffix, string Mark)[] Factors = [(".lora_A.weight", ".weight.lora_a"), (".lora_B.weight", ".weight.lora_b")];

    /// <param name="adapter">A folder that PEFT, or this platform, wrote.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="type">What the factors become; F32, F16 or BF16, or a block type that their widths fill.</param>
    /// <param name="config">Of the base model.</param>
    /// <exception cref="NotSupportedException">The adapter is no plain LoRA with one rank, or changes what llama.cpp has no LoRA for.</exception>
    public static void Export(string adapter, string path, GgufType type, ModelConfig config)
    {
        var settings = ModelConfig.ReadJson(Path.Combine(adapter, "adapter_config.json"));
        if (settings["peft_type"]?.GetValue<string>() is not "LORA" || settings["use_dora"]?.GetValue<bool>() is true || settings["rank_pattern"] is JsonObject { Count: > 0 } || settings["alpha_pattern"] is JsonObject { Count: > 0 })
            throw new NotSupportedException($"'{adapter}': only plain LoRA with one rank and one alpha can be written as GGUF; merge the adapter into the model and write that.");
        var alpha = settings["lora_alpha"]?.GetValue<double>() ?? 8;
        if (settings["use_rslora"]?.GetValue<bool>() is true) alpha *= Math.Sqrt(settings["r"]?.GetValue<double>() ?? 8); // llama.cpp divides by the rank

        var architecture = GgufArchitecture.Of(config);
        using var reader = new SafeTensorsReader(Path.Combine(adapter, "adapter_model.safetensors"));
        GgufWriter.Write(
            path,
            [("general.architecture", architecture.Name), ("general.type", "adapter"), ("adapter.type", "lora"), ("general.file_type", type.FileType), ("adapter.lora.alpha", (float)alpha)],
            [.. reader.Tensors.Select(entry => (NameOf(entry.Name, adapter), type, entry.Shape, (Func<float[]>)(() => Numbers(architecture, reader, entry.Name))))]);
    }

    private static string NameOf(string key, string adapter)
    {
        var (suffix, mark) = Array.Find(Factors, factor => key.EndsWith(factor.Suffix, StringComparison.Ordinal));
        var name = suffix is null || !key.StartsWith(Root, StringComparison.Ordinal) ? null : GgufArchitecture.NameOf(key[Root.Length..^suffix.Length]);
        return name is null ? throw new NotSupportedException($"'{adapter}': '{key}' has no place in a GGUF adapter; merge the adapter into the model and write that.") : name + mark;
    }

    /// <summary>The rows of B are the layer's outputs, whose order is the file's.</summary>
    private static float[] Numbers(GgufArchitecture architecture, SafeTensorsReader reader, string key)
    {
        using var scope = NewDisposeScope();
        var values = reader.Read(key).to_type(ScalarType.Float32);
        var ordered = key.EndsWith(Factors[1].Suffix, StringComparison.Ordinal) ? architecture.ToFile(key, values) : values;
        return MemoryMarshal.Cast<byte, float>(ordered.contiguous().bytes).ToArray();
    }
}
