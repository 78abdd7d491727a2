using static TorchSharp.torch;

namespace Platform.Modeling.Generation.Processors;

/// <summary>Tokens that never come, or not as the first one that a row chooses freely.</summary>
/// <param name="when">the rows whose next token must be none of them; null: always</param>
internal sealed class SuppressedTokens(IReadOnlyList<int> tokens, Func<TokenRow, bool>? when = null) : ILogitsProcessor
{
    public void Apply(IReadOnlyList<TokenRow> rows, Tensor scores)
    {
        var suppressed = new TokenPlaces(scores);
        for (var row = 0; row < rows.Count; row++)
        {
            if (when?.Invoke(rows[row]) == false) continue;
            foreach (var token in tokens) suppressed.Add(row, token);
        }

        suppressed.Forbid();
    }
}
