using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using Platform.Quantization.Checkpoints;
using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Quantization.Gptq;

/// <summary>Weights as AutoGPTQ and GPTQModel keep them.</summary>
public sealed record GptqFormat : IGroupedFormat
{
    private const string FirstVersion = "gptq";
    private const string SecondVersion = "gptq_v2";

    public required GptqOptions Options { get; init; }

    /// <summary>Whether zero points are stored as they are (<c>gptq_v2</c>) and not less one (<c>gptq</c>, which every reader knows).</summary>
    public bool IsSecondVersion { get; init; }

    /// <summary>AutoGPTQ looks for the same section in a file of its own.</summary>
    public IEnumerable<(string File, JsonObject Content)> Companions => [("quantize_config.json", ToJson(ScalarType.Float16))];

    public JsonObject ToJson(ScalarType dtype) => new()
    {
        ["bits"] = Options.Bits,
        ["checkpoint_format"] = IsSecondVersion ? SecondVersion : FirstVersion,
        ["damp_percent"] = Options.Damping,
        ["desc_act"] = Options.ActivationOrder,
        ["group_size"] = Options.GroupSize,
        ["lm_head"] = false,
        ["model_file_base_name"] = null,
        ["model_name_or_path"] = null,
        ["quant_method"] = "gptq",
        ["static_groups"] = Options.StaticGroups,
        ["sym"] = Options.Symmetric,
        ["true_sequential"] = Options.TrueSequential,
    };

    /// <exception cref="NotSupportedException">The section names a format version or packing that this library lacks.</exception>
    /// <exception cref="InvalidDataException">A value lies outside its range.</exception>
    internal static GptqFormat Parse(JsonObject section)
    {
        var version = (section["checkpoint_format"] ?? section["format"])?.GetValue<string>() ?? FirstVersion;
        if (version is not (FirstVersion or SecondVersion)) throw new NotSupportedException($"config.json: checkpoint_format is '{version}'; known are {FirstVersion} and {SecondVersion}.");
        if (section["pack_dtype"]?.GetValue<string>() is { } packing and not "int32") throw new NotSupportedException($"config.json: pack_dtype is '{packing}'; only int32 is supported.");
        if (section["dynamic"] is JsonObject { Count: > 0 }) throw new NotSupportedException("config.json: 'dynamic' gives layers settings of their own, which is not supported.");
        var options = new GptqOptions
        {
            Bits = section["bits"]?.GetValue<int>() ?? throw new InvalidDataException("config.json: quantization_config lacks 'bits'."),
            GroupSize = section["group_size"]?.GetValue<int>() ?? -1,
            Damping = section["damp_percent"]?.GetValue<double>() ?? new GptqOptions().Damping,
            ActivationOrder = section["desc_act"]?.GetValue<bool>() ?? false,
            StaticGroups = section["static_groups"]?.GetValue<bool>() ?? false,
            Symmetric = section["sym"]?.GetValue<bool>() ?? true,
            TrueSequential = section["true_sequential"]?.GetValue<bool>() ?? true,
        };
        return options.Problems() is [_, ..] problems
            ? throw new InvalidDataException($"config.json: {string.Join(" ", problems)}")
            : new GptqFormat { Options = options, IsSecondVersion = version == SecondVersion };
    }

    public QuantizedLinear? Read(StoredTensors stored, string path, Linear layer) =>
        GptqTensors.In(stored, path) ? new GroupedLinear(GptqTensors.Read(stored, path, layer, this), layer.Bias, this) : null;

    public string? Obstacle(GroupedWeight weight) => weight.Bits == Options.Bits && weight.GroupSize == Options.GroupSize
        ? null
        : $"the layer has {weight.Bits} bits in groups of {weight.GroupSize}, the GPTQ folder {Options.Bits} in groups of {Options.GroupSize}.";

    public IEnumerable<(string Name, Tensor Tensor)> TensorsOf(GroupedWeight weight) => GptqTensors.Of(weight, IsSecondVersion);
}
