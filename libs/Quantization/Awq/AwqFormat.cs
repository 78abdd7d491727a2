using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using Platform.Quantization.Checkpoints;
using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Quantization.Awq;

/// <summary>Weights as AutoAWQ keeps them, in the GEMM layout.</summary>
/// <param name="GroupSize">Inputs that share a scale; -1: all of them.</param>
public sealed record AwqFormat(int GroupSize) : IGroupedFormat
{
    private const string Version = "gemm";

    public JsonObject ToJson(ScalarType dtype) => new()
    {
        ["bits"] = AwqOptions.Bits,
        ["group_size"] = GroupSize,
        ["modules_to_not_convert"] = null,
        ["quant_method"] = "awq",
        ["version"] = Version,
        ["zero_point"] = true,
    };

    /// <exception cref="NotSupportedException">The section names another layout, or another number of bits than four.</exception>
    internal static AwqFormat Parse(JsonObject section)
    {
        var version = section["version"]?.GetValue<string>() ?? Version;
        if (!version.Equals(Version, StringComparison.OrdinalIgnoreCase)) throw new NotSupportedException($"config.json: AWQ's version is '{version}'; only {Version} is supported.");
        var bits = (section["bits"] ?? section["w_bit"])?.GetValue<int>() ?? AwqOptions.Bits;
        if (bits != AwqOptions.Bits) throw new NotSupportedException($"config.json: AWQ's bits are {bits}; only {AwqOptions.Bits} are supported.");
        if (section["zero_point"]?.GetValue<bool>() is false) throw new NotSupportedException("config.json: AWQ without zero points (zero_point: false) is not supported.");
        var size = (section["group_size"] ?? section["q_group_size"])?.GetValue<int>() ?? 128;
        return size is -1 or > 0 ? new AwqFormat(size) : throw new InvalidDataException($"config.json: group_size is {size}; it must be positive, or -1.");
    }

    public QuantizedLinear? Read(StoredTensors stored, string path, Linear layer) =>
        AwqTensors.In(stored, path) ? new GroupedLinear(AwqTensors.Read(stored, path, layer, this), layer.Bias, this) : null;

    public string? Obstacle(GroupedWeight weight) =>
        weight.Bits != AwqOptions.Bits ? $"the layer has {weight.Bits} bits; AWQ's format holds {AwqOptions.Bits}."
        : weight.GroupSize != GroupSize ? $"the layer has groups of {weight.GroupSize}, the AWQ folder groups of {GroupSize}."
        : !weight.IsInOrder ? "the layer was quantized in activation order (desc_act), for whose groups AWQ's format has no place."
        : null;

    public IEnumerable<(string Name, Tensor Tensor)> TensorsOf(GroupedWeight weight) => AwqTensors.Of(weight);
}
