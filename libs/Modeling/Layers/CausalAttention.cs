using Platform.Torch.Operators;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>
/// What the attentions of all decoders do once they have queries, keys and values: keep the keys, hide what may not be seen, and
/// choose the kernel.
/// </summary>
internal static class CausalAttention
{
    /// <param name="query">[batch, heads, positions, width]</param>
    /// <param name="key">[batch, key heads, positions, width]</param>
    /// <param name="value">[batch, key heads, positions, width]</param>
    /// <param name="block">the index of the block, under which the cache keeps its keys</param>
    /// <param name="training">whether weights are dropped</param>
    /// <returns>[batch, positions, heads · width]</returns>
    public static Tensor Attend(
        Tensor query, Tensor key, Tensor value, AttentionOptions options, int block, ForwardContext context, bool training = false)
    {
        if (context.Prefix is not { } prefix) return AttendAll(query, key, value, options, block, context, training);

        var (keys, values) = prefix[block].Before(key, value);
        using (keys)
        using (values)
        {
            return AttendAll(query, keys, values, options, block, context, training);
        }
    }

    /// <summary>[batch, positions, heads · width] -> [batch, heads, positions, width]</summary>
    public static Tensor Split(Tensor flat, long heads)
    {
        var shape = flat.shape;
        if (shape[1] == 1) return flat.view(shape[0], heads, 1, -1); // of one position nothing changes places

        using var split = flat.view(shape[0], shape[1], heads, -1);
        return split.transpose(1, 2);
    }

    private static Tensor AttendAll(
        Tensor query, Tensor key, Tensor value, AttentionOptions options, int block, ForwardContext context, bool training)
    {
        var dropout = training ? options.Dropout : 0;
        if (context.Cache is null)
        {
            return Joined(
                options.SoftCap is null && dropout == 0 && context.Attention.DocumentLengths(options.Window) is { } lengths
                    ? DocumentAttention.Causal(query, key, value, lengths, options.Scale)
                    : Attended(query, key, value, options, context, dropout),
                query);
        }

        var (keys, values) = context.Cache.Append(block, key, value);
        using (keys)
        using (values)
        {
            return Joined(Attended(query, keys, values, options, context, dropout), query);
        }
    }

    private static Tensor Attended(Tensor query, Tensor key, Tensor value, AttentionOptions options, ForwardContext context, double dropout)
    {
        var mask = context.Attention.Mask(options.Window, explicitly: options.SoftCap is not null);
        return options.SoftCap is not null || (mask.BlindQueries && is_grad_enabled())
            ? ExplicitAttention.ScaledDotProduct(query, key, value, mask.Addend!, options.Scale, options.SoftCap, dropout)
            : Attention.ScaledDotProduct(query, key, value, mask.Addend, mask.Causal, options.Scale, dropout);
    }

    private static Tensor Joined(Tensor attended, Tensor query) // [batch, heads, positions, width], owned; the batch may be one row
    {
        using (attended)
        {
            if (query.shape[2] == 1) return attended.reshape(query.shape[0], 1, -1);

            using var together = attended.transpose(1, 2);
            return together.reshape(query.shape[0], query.shape[2], -1);
        }
    }
}
