using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using Platform.Quantization.Checkpoints;
using static TorchSharp.torch;

namespace Platform.Quantization.Nf4;

/// <summary>4-bit weights as bitsandbytes keeps them.</summary>
public sealed record Nf4Format(Nf4Options Options) : IWeightFormat
{
    public JsonObject ToJson(ScalarType dtype) => BitsAndBytesSection.Write(Options, Nf4Quantizer.DtypeName(dtype), Int8.Int8Format.DefaultThreshold);

    public QuantizedLinear? Read(StoredTensors stored, string path, Linear layer) =>
        FourBitTensors.StateIn(stored, path) is { } state ? new Nf4Linear(FourBitTensors.Read(stored, path, state, layer), layer.Bias) : null;
}
