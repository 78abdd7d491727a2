using Platform.Modeling;
using static TorchSharp.torch;

namespace Platform.Parity.Tensors;

/// <summary>Greedy decoding without a cache and without an end token.</summary>
internal static class Continuations
{
    public static Tensor Greedy(CausalLanguageModel model, Tensor ids, Tensor mask, long count)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        for (var i = 0; i < count; i++)
        {
            var positions = (mask.cumsum(-1) - 1).masked_fill(mask.eq(0), 0);
            var next = model.Logits(ids, mask, positions).select(1, -1).argmax(-1, keepdim: true);
            (ids, mask) = (cat([ids, next], 1), cat([mask, ones_like(next)], 1));
        }

        return ids.MoveToOuterDisposeScope();
    }
}
