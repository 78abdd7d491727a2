namespace Platform.Modeling.Tokenization.Models;

/// <summary>Which pairs of tokens merge, in which order of preference, into what.</summary>
internal sealed class BytePairMerges
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> _merges;

    private BytePairMerges(Dictionary<(int, int), (int, int)> merges) => _merges = merges;

    /// <param name="prefixLength">Characters of a continuing-subword prefix, which the right half of a merge loses.</param>
    public static BytePairMerges Of(IEnumerable<(string Left, string Right)> pairs, TokenVocabulary vocabulary, int prefixLength)
    {
        var merges = new Dictionary<(int, int), (int, int)>();
        var rank = 0;
        foreach (var (left, right) in pairs)
        {
            var merged = left + right[prefixLength..];
            merges[(Id(left), Id(right))] = (rank++, Id(merged));
        }

        return new BytePairMerges(merges);

        int Id(string token) => vocabulary.IdOf(token)
            ?? throw new InvalidDataException($"model.merges[{rank}] needs the token '{token}', which model.vocab lacks.");
    }

    /// <summary>Merges neighbours, lowest rank first and leftmost among equals, until nothing merges; returns what is left.</summary>
    public List<(int Id, int Length)> Apply(List<(int Id, int Length)> symbols)
    {
        if (symbols.Count < 2) return symbols;
        var count = symbols.Count;
        var (ids, lengths, next, previous) = (new int[count], new int[count], new int[count], new int[count]);
        var queue = new PriorityQueue<(int Position, int Merged), (int Rank, int Position)>();
        for (var i = 0; i < count; i++) (ids[i], lengths[i], next[i], previous[i]) = (symbols[i].Id, symbols[i].Length, i + 1, i - 1);
        for (var i = 0; i + 1 < count; i++) Offer(i);

        while (queue.TryDequeue(out var candidate, out _))
        {
            var left = candidate.Position;
            var right = next[left];
            // The pair may have changed or vanished since it was offered.
            if (lengths[left] < 0 || right >= count) continue;
            if (!_merges.TryGetValue((ids[left], ids[right]), out var merge) || merge.Merged != candidate.Merged) continue;
            ids[left] = merge.Merged;
            lengths[left] += lengths[right];
            lengths[right] = -1;
            next[left] = next[right];
            if (next[right] < count) previous[next[right]] = left;
            if (previous[left] >= 0) Offer(previous[left]);
            Offer(left);
        }

        List<(int, int)> merged = [];
        for (var i = 0; i < count; i = next[i]) merged.Add((ids[i], lengths[i]));
        return merged;

        void Offer(int position)
        {
            if (next[position] < count && _merges.TryGetValue((ids[position], ids[next[position]]), out var merge))
                queue.Enqueue((position, merge.Merged), (merge.Rank, position));
        }
    }
}
