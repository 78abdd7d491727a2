using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Quantization.Awq;

/// <summary>Rounds weights to integers in groups, each between its own least and largest value.</summary>
/// <remarks>
/// s = max(hi - lo, 1e-5) / (2^b - 1), z = clamp(-round(lo / s)), q = clamp(round(w / s) + z), w' = (q - z) s. Without zero points:
/// s = max|w| / (2^(b-1) - 1), w' = clamp(round(w / s), -2^(b-1), 2^(b-1) - 1) s.
/// Lin, Tang, Tang, Yang, Chen, Wang, Xiao, Dang, Gan, Han: "AWQ: Activation-aware Weight Quantization for LLM Compression and
/// Acceleration", 2023, equation 1. Differs from the paper: zero points, as in AutoAWQ; all arithmetic is in the weight's type.
/// </remarks>
internal static class GroupRounding
{
    private const double LeastRange = 1e-5;

    /// <summary>Weight after rounding [out, in], scales and zero points [out, groups]; zero points are null for symmetric rounding.</summary>
    public sealed record Result(Tensor Weight, Tensor Scales, Tensor? Zeros);

    /// <param name="weight">[out, in]</param>
    public static Result Round(Tensor weight, int groupSize, int bits = AwqOptions.Bits, bool zeroPoint = true)
    {
        using var scope = NewDisposeScope();
        var (outputs, inputs) = (weight.shape[0], (int)weight.shape[1]);
        var groups = weight.reshape(outputs, -1, GroupedWeight.GroupWidth(inputs, groupSize)); // [out, groups, width]
        var (scales, zeros) = zeroPoint ? Asymmetric(groups, bits) : (groups.abs().amax([-1L], keepdim: true).clamp(min: LeastRange) / ((1 << (bits - 1)) - 1), null);
        var rounded = groups.div(scales).round();
        var values = zeros is null
            ? rounded.clamp(-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
            : rounded.add(zeros).clamp(0, (1 << bits) - 1).sub(zeros);
        return new Result(
            values.mul(scales).reshape(weight.shape).MoveToOuterDisposeScope(),
            scales.squeeze(-1).MoveToOuterDisposeScope(),
            zeros?.squeeze(-1).MoveToOuterDisposeScope());
    }

    /// <summary>The weight as it is stored: rounded to float16, then to integers in float16.</summary>
    public static GroupedWeight ToStored(Tensor weight, int groupSize)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var half = weight.detach().cpu().to_type(ScalarType.Float16);
        var rounded = Round(half, groupSize);
        var groups = rounded.Weight.reshape(half.shape[0], rounded.Scales.shape[1], -1);
        var scales = rounded.Scales.unsqueeze(-1);
        var zeros = rounded.Zeros!.unsqueeze(-1);
        var values = groups.add(zeros.mul(scales)).div(scales).round().clamp(0, (1 << AwqOptions.Bits) - 1).reshape(half.shape);
        return GroupedWeight.Of(values.to_type(ScalarType.Byte), rounded.Scales, rounded.Zeros, null, AwqOptions.Bits, groupSize);
    }

    private static (Tensor Scales, Tensor Zeros) Asymmetric(Tensor groups, int bits)
    {
        var levels = (1 << bits) - 1;
        var (low, high) = (groups.amin([-1L], keepdim: true), groups.amax([-1L], keepdim: true));
        var scales = high.sub(low).clamp(min: LeastRange).div(levels);
        return (scales, low.div(scales).round().neg().clamp(0, levels));
    }
}
