using static TorchSharp.torch;

namespace Platform.Modeling.Generation.Processors;

/// <summary>Only the k most likely tokens, and those as likely as the last of them (Fan et al., 2018).</summary>
internal sealed class TopK(int count) : ILogitsProcessor
{
    public void Apply(IReadOnlyList<TokenRow> rows, Tensor scores)
    {
        if (count >= scores.shape[1]) return;
        var (values, indices) = scores.topk(count, -1);
        using (values)
        using (indices)
        {
            using var smallest = values.narrow(-1, count - 1, 1);
            using var dropped = scores.lt(smallest);
            scores.masked_fill_(dropped, float.NegativeInfinity);
        }
    }
}
