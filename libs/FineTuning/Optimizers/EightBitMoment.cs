using Platform.Quantization.EightBit;
using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>An optimizer's moment in eight bits per element and a float32 scale per 256 elements, on any device; the codes are those of <see cref="EightBitBlocks"/>.</summary>
/// <param name="Codes">uint8 [blocks · 256], the last block filled up with zeros</param>
/// <param name="Scales">float32 [blocks]</param>
/// <param name="Map">the value of each code, ascending</param>
/// <param name="Shape">of the tensor</param>
public sealed record EightBitMoment(Tensor Codes, Tensor Scales, EightBitMap Map, long[] Shape)
{
    public const int BlockSize = 256;

    /// <summary>A parameter's moment in an optimizer's state, zero when first asked for.</summary>
    internal static EightBitMoment Of(OptimizerState state, string slot, TrainableParameter parameter, EightBitMap map) => new(
        state.Slot($"{slot}_codes", parameter, tensor => ZeroCodes(tensor, map)),
        state.Slot($"{slot}_scales", parameter, ZeroScales),
        map,
        parameter.Tensor.shape);

    /// <summary>The codes of zeros in a parameter's place.</summary>
    public static Tensor ZeroCodes(Tensor parameter, EightBitMap map) =>
        full([Blocks(parameter) * BlockSize], map.Nearest(0), dtype: ScalarType.Byte, device: parameter.device);

    /// <summary>The scales of zeros in a parameter's place.</summary>
    public static Tensor ZeroScales(Tensor parameter) => zeros([Blocks(parameter)], dtype: ScalarType.Float32, device: parameter.device);

    /// <summary>float32 in the tensor's shape; the caller owns it.</summary>
    public Tensor Decode()
    {
        using var scope = NewDisposeScope();
        var values = tensor(Map.Values.ToArray(), device: Codes.device).index_select(0, Codes.to(ScalarType.Int32));
        var scaled = values.reshape(-1, BlockSize).mul_(Scales.unsqueeze(-1));
        return scaled.flatten().narrow(0, 0, Shape.Aggregate(1L, (count, size) => count * size)).reshape(Shape).MoveToOuterDisposeScope();
    }

    /// <summary>Takes new values in: every element becomes the nearest code of its block's scale.</summary>
    public void Encode(Tensor values)
    {
        using var scope = NewDisposeScope();
        var flat = values.reshape(-1);
        var blocks = nn.functional.pad(flat, [0, Codes.shape[0] - flat.shape[0]]).reshape(-1, BlockSize);
        var largest = blocks.abs().amax([-1]);
        var relative = blocks.mul(largest.clamp(min: 1e-38).reciprocal().unsqueeze(-1));
        var steps = Map.Values.ToArray();
        var midpoints = tensor(steps.Zip(steps.Skip(1), (low, high) => (low + high) / 2).ToArray(), device: Codes.device);
        Codes.copy_(bucketize(relative.flatten(), midpoints));
        Scales.copy_(largest);
    }

    private static long Blocks(Tensor parameter) => (parameter.numel() + BlockSize - 1) / BlockSize;
}
