using static TorchSharp.torch;

namespace Platform.Modeling.Generation.Processors;

/// <summary>No n tokens in a row occur twice (Paulus et al., 2017): what followed the last n - 1 tokens before is forbidden.</summary>
internal sealed class NoRepeatedNgrams(int size) : ILogitsProcessor
{
    public void Apply(IReadOnlyList<TokenRow> rows, Tensor scores)
    {
        var repeated = new TokenPlaces(scores);
        for (var row = 0; row < rows.Count; row++)
        {
            foreach (var token in Followers(rows[row].Tokens)) repeated.Add(row, token);
        }

        repeated.Forbid();
    }

    private IEnumerable<int> Followers(IReadOnlyList<int> tokens)
    {
        var last = tokens.Count - (size - 1); // where the last n - 1 tokens begin
        for (var begin = 0; begin < last; begin++)
        {
            var same = true;
            for (var i = 0; i < size - 1 && same; i++) same = tokens[begin + i] == tokens[last + i];
            if (same) yield return tokens[begin + size - 1];
        }
    }
}
