using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation.Processors;

/// <summary>
/// Only the most likely tokens whose probabilities reach p together (Holtzman et al., 2020): from the least likely on, tokens are
/// dropped while their sum is at most 1 - p.
/// </summary>
internal sealed class TopP(double mass) : ILogitsProcessor
{
    public void Apply(IReadOnlyList<TokenRow> rows, Tensor scores)
    {
        using var scope = NewDisposeScope();
        var (sorted, order) = scores.sort(-1);
        var dropped = sorted.softmax(-1).cumsum(-1).le(1 - mass);
        dropped.select(-1, dropped.shape[1] - 1).fill_(false); // the likeliest stays
        scores.masked_fill_(dropped.scatter(-1, order, dropped), float.NegativeInfinity);
    }
}
