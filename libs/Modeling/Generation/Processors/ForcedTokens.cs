using static TorchSharp.torch;

namespace Platform.Modeling.Generation.Processors;

/// <summary>Where a row must go on with certain tokens, all others are forbidden and these score 0.</summary>
/// <param name="forced">the tokens a row must go on with; empty where it is free</param>
internal sealed class ForcedTokens(Func<TokenRow, IReadOnlyList<int>> forced) : ILogitsProcessor
{
    /// <summary>The token after the first one, as translation models want the language there.</summary>
    public static ForcedTokens Second(int token) => new(row => row.Tokens.Count == 1 ? [token] : []);

    /// <summary>The tokens of the last place before a row is full.</summary>
    public static ForcedTokens Last(IReadOnlyList<int> tokens) => new(row => row.NewTokens == row.MaxNewTokens - 1 ? tokens : []);

    /// <summary>Tokens by their place in the row, counted from 0: the older way to tell Whisper language and task.</summary>
    public static ForcedTokens At(IReadOnlyDictionary<int, int> places) => new(row => places.TryGetValue(row.Tokens.Count, out var token) ? [token] : []);

    public void Apply(IReadOnlyList<TokenRow> rows, Tensor scores)
    {
        var places = new TokenPlaces(scores);
        for (var row = 0; row < rows.Count; row++)
        {
            var tokens = forced(rows[row]);
            if (tokens.Count == 0) continue;
            using var all = scores.select(0, row);
            all.fill_(float.NegativeInfinity);
            foreach (var token in tokens) places.Add(row, token);
        }

        places.Set(0);
    }
}
