using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation.Processors;

/// <summary>Only tokens at least p times as likely as the likeliest (Nguyen et al., 2024).</summary>
internal sealed class MinP(double share) : ILogitsProcessor
{
    public void Apply(IReadOnlyList<TokenRow> rows, Tensor scores)
    {
        using var scope = NewDisposeScope();
        var probabilities = scores.softmax(-1);
        scores.masked_fill_(probabilities.lt(probabilities.amax([-1], keepdim: true).mul(share)), float.NegativeInfinity);
    }
}
