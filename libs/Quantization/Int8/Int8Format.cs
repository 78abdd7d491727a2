using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using Platform.Quantization.Checkpoints;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Quantization.Int8;

/// <summary>8-bit weights as bitsandbytes keeps them.</summary>
public sealed record Int8Format : IWeightFormat
{
    public const double DefaultThreshold = 6;

    /// <summary>From which magnitude on an input is an outlier; 0 for none.</summary>
    public double Threshold { get; init; } = DefaultThreshold;

    public JsonObject ToJson(ScalarType dtype) => BitsAndBytesSection.Write(null, Nf4Quantizer.DtypeName(ScalarType.Float32), Threshold);

    public QuantizedLinear? Read(StoredTensors stored, string path, Linear layer) =>
        Int8Tensors.In(stored, path) ? new Int8Linear(Int8Tensors.Read(stored, path, layer), layer.Bias, Threshold) : null;
}
