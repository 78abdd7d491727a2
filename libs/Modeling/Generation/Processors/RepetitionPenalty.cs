using static TorchSharp.torch;

namespace Platform.Modeling.Generation.Processors;

/// <summary>
/// Tokens that occurred, in the prompt too, lose: positive scores are divided by the penalty, negative ones multiplied (Keskar et
/// al., 2019, CTRL).
/// Differs from the paper: it divides negative scores too, which would favour them; this is what transformers does.
/// </summary>
internal sealed class RepetitionPenalty(double penalty) : ILogitsProcessor
{
    public void Apply(IReadOnlyList<TokenRow> rows, Tensor scores)
    {
        var seen = new TokenPlaces(scores);
        for (var row = 0; row < rows.Count; row++)
        {
            foreach (var token in rows[row].Tokens.Distinct()) seen.Add(row, token);
        }

        seen.Change(old =>
        {
            using var negative = old.lt(0);
            using var lower = old.mul(penalty);
            using var divided = old.div(penalty);
            return where(negative, lower, divided);
        });
    }
}
