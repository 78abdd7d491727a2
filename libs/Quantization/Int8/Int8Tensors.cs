using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using static TorchSharp.torch;

namespace Platform.Quantization.Int8;

/// <summary>An 8-bit weight as the tensors of a checkpoint that bitsandbytes reads.</summary>
/// <remarks><c>weight</c> I8 [out, in], <c>SCB</c> F32 [out], <c>weight_format</c> U8 []: 0, row by row.</remarks>
internal static class Int8Tensors
{
    private const byte RowMajor = 0;

    public static IEnumerable<(string Name, Tensor Tensor)> Of(RowwiseInt8 weight) =>
    [
        ("weight", weight.Codes.alias()),
        ("SCB", weight.Scales.alias()),
        ("weight_format", tensor(RowMajor, ScalarType.Byte)),
    ];

    public static bool In(StoredTensors stored, string path) => stored.Contains($"{path}.SCB");

    /// <exception cref="CheckpointException">A tensor is missing or another one, or the weight is laid out for other hardware.</exception>
    public static RowwiseInt8 Read(StoredTensors stored, string path, Linear layer)
    {
        if (stored.Contains($"{path}.weight_format"))
        {
            using var format = stored.Read($"{path}.weight_format", ScalarType.Byte);
            if (format.item<byte>() != RowMajor) throw new CheckpointException($"'{stored.Folder}': '{path}.weight_format' is {format.item<byte>()}, a layout for certain GPUs; only 0, row by row, is supported. Save the model again with a present bitsandbytes.");
        }

        using var codes = stored.Read($"{path}.weight", ScalarType.Int8, layer.OutFeatures, layer.InFeatures);
        using var scales = stored.Read($"{path}.SCB", ScalarType.Float32, layer.OutFeatures);
        var device = layer.Weight.device;
        return new RowwiseInt8(codes.to(device, copy: true), scales.to(device, copy: true));
    }
}
