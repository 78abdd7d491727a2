using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>Which keys are hidden from which queries, true where they are, for attention that needs more than a causal kernel.</summary>
internal static class HiddenKeys
{
    /// <summary>Padding alone.</summary>
    /// <param name="mask">[batch, keys], 1 for real tokens; null: all are</param>
    /// <returns>bool [batch, 1, 1, keys]; null: none is hidden</returns>
    public static Tensor? Padding(Tensor? mask)
    {
        if (mask is null) return null;
        using var scope = NewDisposeScope();
        var padding = mask.eq(0);
        return padding.any().item<bool>() ? padding.unsqueeze(1).unsqueeze(1).MoveToOuterDisposeScope() : null;
    }

    /// <summary>Padding and what comes after the query.</summary>
    /// <param name="mask">[batch, past + queries], 1 for real tokens; null: all are</param>
    /// <returns>bool [batch or 1, 1, queries, past + queries]; null: none is hidden</returns>
    public static Tensor? Causal(long queries, long past, Tensor? mask, Device device)
    {
        if (mask is not null && mask.shape[^1] != past + queries)
        {
            throw new ArgumentException($"The decoder's attention mask has {mask.shape[^1]} positions; {past} cached and {queries} new ones need {past + queries}.");
        }

        var padding = Padding(mask);
        if (queries == 1) return padding;

        using var scope = NewDisposeScope();
        using var owned = padding;
        var later = ones([queries, past + queries], ScalarType.Bool, device).triu(past + 1).unsqueeze(0).unsqueeze(0);
        return (padding is null ? later : later.logical_or(padding)).MoveToOuterDisposeScope();
    }

    /// <summary>Whether a query sees no key at all.</summary>
    public static bool SomeSeeNone(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return hidden.all(-1).any().item<bool>();
    }
}
