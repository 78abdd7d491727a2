using Platform.Parity.Quantization;
using Platform.Parity.Tensors;

namespace Platform.Parity;

/// <summary>4-bit blocks, 4-bit checkpoints, training on them, and how much memory models need.</summary>
public sealed class QuantizationArea : IParityArea
{
    public string Name => "quantization";

    public ParityVerdict Check(string casePath)
    {
        var name = Path.GetFileName(casePath);
        if (File.Exists(Path.Combine(casePath, "memory.json"))) return MemoryTables.Check(casePath);
        using var golden = new GoldenCase(casePath);
        return golden.Names.Any(tensor => tensor.StartsWith("map.", StringComparison.Ordinal)) ? EightBitTensors.Check(golden)
            : golden.Has("qmap1") ? EightBitOptimizers.Check(golden)
            : golden.Names.Any(tensor => tensor.EndsWith(".SCB", StringComparison.Ordinal)) ? Int8Layers.Check(golden)
            : File.Exists(golden.PathOf("gguf.json")) ? GgufModel.Check(golden)
            : golden.Json.ContainsKey("types") ? GgufBlocks.Check(golden)
            : golden.Has("H") ? GptqLayer.Check(golden)
            : golden.Names.Any(tensor => tensor.EndsWith(".qzeros_v2", StringComparison.Ordinal)) ? GptqPacks.Check(golden)
            : golden.Names.Any(tensor => tensor.EndsWith(".losses", StringComparison.Ordinal)) ? AwqLayer.Check(golden)
            : golden.Names.Any(tensor => tensor.EndsWith(".qzeros", StringComparison.Ordinal)) ? AwqPacks.Check(golden)
            : golden.Json.ContainsKey("scaling_steps") ? AwqCheckpoint.Check(golden)
            : golden.Has("calibration.input_ids") ? GptqCheckpoint.Check(golden)
            : golden.Json.ContainsKey("keys") ? FourBitBlocks.Check(golden)
            : golden.Json.ContainsKey("steps") ? QloraRun.Check(golden)
            : golden.Json.ContainsKey("quantization_config") ? BitsAndBytesCheckpoint.Check(golden)
            : throw new UnsupportedCaseException($"a case of the kind '{name}' is not known");
    }
}
