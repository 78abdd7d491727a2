using static TorchSharp.torch;

namespace Platform.Modeling.Generation.Processors;

/// <summary>No end token before a row has so many tokens, in all or new ones.</summary>
internal sealed class MinimumLength(int length, int newTokens, IReadOnlyList<long> endTokens) : ILogitsProcessor
{
    public void Apply(IReadOnlyList<TokenRow> rows, Tensor scores)
    {
        var ends = new TokenPlaces(scores);
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows[row].Tokens.Count >= length && rows[row].NewTokens >= newTokens) continue;
            foreach (var token in endTokens) ends.Add(row, (int)token);
        }

        ends.Forbid();
    }
}
