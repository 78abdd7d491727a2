using static TorchSharp.torch;

namespace Platform.Modeling.Generation.Processors;

/// <summary>
/// Sequences of tokens that never come: the last token of each is forbidden where the others stand before it. As
/// <c>bad_words_ids</c> in transformers, also in that a sequence longer than the row so far is not looked for.
/// </summary>
internal sealed class BannedWords(IReadOnlyList<IReadOnlyList<int>> words) : ILogitsProcessor
{
    public void Apply(IReadOnlyList<TokenRow> rows, Tensor scores)
    {
        var banned = new TokenPlaces(scores);
        for (var row = 0; row < rows.Count; row++)
        {
            foreach (var word in words.Where(word => IsBegun(rows[row].Tokens, word))) banned.Add(row, word[^1]);
        }

        banned.Forbid();
    }

    private static bool IsBegun(IReadOnlyList<int> tokens, IReadOnlyList<int> word)
    {
        if (word.Count == 1) return true;
        if (word.Count > tokens.Count) return false;
        var begin = tokens.Count - (word.Count - 1);
        for (var i = 0; i < word.Count - 1; i++)
        {
            if (tokens[begin + i] != word[i]) return false;
        }

        return true;
    }
}
