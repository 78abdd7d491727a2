using Platform.Torch.Operators;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>What causal attention does between its projections, however those are laid out: rotate, remember, attend.</summary>
internal static class CausalAttention
{
    /// <param name="block">under which the cache keeps the keys</param>
    /// <param name="query">[batch, heads, positions, width], not yet rotated</param>
    /// <param name="key">[batch, key heads, positions, width], not yet rotated</param>
    /// <param name="value">[batch, key heads, positions, width]</param>
    /// <returns>[batch, positions, heads * width]</returns>
    public static Tensor Attend(AttentionOptions options, int block, Tensor query, Tensor key, Tensor value, ForwardContext context)
    {
        var angles = context.Angles(options.Rotary, options.RotatedWidth);
        using var rotatedQuery = RotaryEmbedding.Apply(query, angles);
        using var rotatedKey = RotaryEmbedding.Apply(key, angles);
        using var attended = Attended(options, block, rotatedQuery, rotatedKey, value, context); // the batch may be one row
        using var together = attended.transpose(1, 2);
        return together.reshape(query.shape[0], query.shape[2], -1);
    }

    private static Tensor Attended(AttentionOptions options, int block, Tensor query, Tensor key, Tensor value, ForwardContext context)
    {
        if (context.Cache is not null)
        {
            var (keys, values) = context.Cache.Append(block, key, value);
            using (keys)
            using (values)
            {
                return Masked(options, query, keys, values, context);
            }
        }

        return context.Attention.DocumentLengths(options.Window) is { } lengths
            ? DocumentAttention.Causal(query, key, value, lengths)
            : Masked(options, query, key, value, context);
    }

    private static Tensor Masked(AttentionOptions options, Tensor query, Tensor key, Tensor value, ForwardContext context)
    {
        var mask = context.Attention.Mask(options.Window);
        return mask.BlindQueries && is_grad_enabled()
            ? ExplicitAttention.ScaledDotProduct(query, key, value, mask.Addend!)
            : Attention.ScaledDotProduct(query, key, value, mask.Addend, mask.Causal);
    }
}
