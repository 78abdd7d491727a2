using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Quantization.Awq;

/// <summary>Searches the magnitude beyond which the weights of a group are cut off.</summary>
/// <remarks>
/// c = max|w| · (1 - i / 20), i = 0 … 9, that minimises the mean over tokens of (x · Q(clamp(w, -c, c)) - x · w)², for each output and
/// group of inputs.
/// Lin et al.: "AWQ", 2023, section 5.1 ("weight clipping"). Differs from the paper: up to 512 tokens count, evenly spaced, as in AutoAWQ.
/// </remarks>
internal static class ClipSearch
{
    private const int Grid = 20;
    private const int Shrinks = 10;
    private const int Tokens = 512;
    private const int RowsAtOnce = 64;

    /// <param name="weight">[out, in]</param>
    /// <param name="inputs">[tokens, in]</param>
    /// <returns>[out, groups, 1]; the caller disposes it.</returns>
    public static Tensor Find(Tensor weight, Tensor inputs, int groupSize)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var width = GroupedWeight.GroupWidth((int)weight.shape[1], groupSize);
        var step = Math.Max(1, inputs.shape[0] / Tokens);
        var chosen = inputs.index_select(0, arange(0, inputs.shape[0], step, device: inputs.device)).to_type(ScalarType.Float32);
        var tokens = chosen.reshape(chosen.shape[0], -1, width).transpose(0, 1).contiguous(); // [groups, tokens, width]
        return cat([.. weight.detach().to_type(ScalarType.Float32).split(RowsAtOnce, 0).Select(rows => OfRows(rows, tokens, width))], 0).MoveToOuterDisposeScope();
    }

    /// <summary>Clamps every group to its magnitude, [out, in].</summary>
    public static Tensor Apply(Tensor weight, Tensor clip)
    {
        using var scope = NewDisposeScope();
        var groups = weight.reshape(clip.shape[0], clip.shape[1], -1);
        return groups.minimum(clip).maximum(clip.neg()).reshape(weight.shape).MoveToOuterDisposeScope();
    }

    private static Tensor OfRows(Tensor rows, Tensor tokens, int width)
    {
        using var scope = NewDisposeScope();
        var groups = rows.reshape(rows.shape[0], -1, width); // [out, groups, width]
        var largest = groups.abs().amax([-1L], keepdim: true);
        var (best, least) = (largest.clone(), full_like(largest, 1e9));
        for (var i = 0; i < Shrinks; i++)
        {
            using var attempt = NewDisposeScope();
            var limit = largest.mul(1 - ((double)i / Grid));
            var rounded = GroupRounding.Round(Apply(rows, limit), width).Weight.reshape(groups.shape);
            var change = tokens.matmul(rounded.sub(groups).permute(1, 2, 0)); // [groups, tokens, out]
            var error = change.square().mean([1L]).t().unsqueeze(-1);
            var better = error.lt(least);
            least.copy_(error.where(better, least));
            best.copy_(limit.where(better, best));
        }

        return best.MoveToOuterDisposeScope();
    }
}
