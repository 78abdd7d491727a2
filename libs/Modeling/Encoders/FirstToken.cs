using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>The hidden state that stands for the whole text or image.</summary>
internal static class FirstToken
{
    /// <summary>[batch, positions, hidden] -> [batch, hidden]</summary>
    public static Tensor Of(Tensor hidden) => hidden.select(1, 0);

    /// <summary>The first token through a pooler, or as it is.</summary>
    public static Tensor Pooled(Tensor hidden, nn.Module<Tensor, Tensor>? pooler)
    {
        var first = Of(hidden);
        if (pooler is null) return first;

        using (first) return pooler.call(first);
    }
}
