namespace Platform.Modeling.Tokenization.Models;

/// <summary>Which pairs of tokens merge, in which order of preference, into what.</summary>
internal sealed class BytePairMerges
{
    private readonly Dictionary<long, (int Rank, int Merged)> _merges;

    private BytePairMerges(Dictionary<long, (int, int)> merges) => _merges = merges;

    /// <summary>Neighbours form a chain through the array; a symbol that was merged into its left neighbour has a negative length.</summary>
    private struct Symbol
    {
        public int Id, Length, Previous, Next;
    }

    /// <param name="prefixLength">Characters of a continuing-subword prefix, which the right half of a merge loses.</param>
    public static BytePairMerges Of(IEnumerable<(string Left, string Right)> pairs, TokenVocabulary vocabulary, int prefixLength)
    {
        var merges = new Dictionary<long, (int, int)>();
        var rank = 0;
        foreach (var (left, right) in pairs)
        {
            if (right.Length < prefixLength) throw new InvalidDataException($"model.merges[{rank}] has '{right}', which is shorter than model.continuing_subword_prefix.");
            var merged = left + right[prefixLength..];
            merges[Pair(Id(left), Id(right))] = (rank++, Id(merged));
        }

        return new BytePairMerges(merges);

        int Id(string token) => vocabulary.IdOf(token)
            ?? throw new InvalidDataException($"model.merges[{rank}] needs the token '{token}', which model.vocab lacks.");
    }

    /// <summary>Merges neighbours, lowest rank first and leftmost among equals, until nothing merges; returns what is left.</summary>
    public List<(int Id, int Length)> Apply(List<(int Id, int Length)> symbols)
    {
        if (symbols.Count < 2) return symbols;
        var chain = new Symbol[symbols.Count];
        for (var i = 0; i < chain.Length; i++) chain[i] = new Symbol { Id = symbols[i].Id, Length = symbols[i].Length, Previous = i - 1, Next = i + 1 };
        var queue = new PriorityQueue<(int Position, int Merged), long>(); // by rank, then position
        for (var i = 0; i + 1 < chain.Length; i++) Offer(i);

        while (queue.TryDequeue(out var candidate, out _))
        {
            ref var left = ref chain[candidate.Position];
            // The pair may have changed or vanished since it was offered.
            if (left.Length < 0 || left.Next >= chain.Length) continue;
            ref var right = ref chain[left.Next];
            if (!_merges.TryGetValue(Pair(left.Id, right.Id), out var merge) || merge.Merged != candidate.Merged) continue;
            left.Id = merge.Merged;
            left.Length += right.Length;
            left.Next = right.Next;
            right.Length = -1;
            if (left.Next < chain.Length) chain[left.Next].Previous = candidate.Position;
            if (left.Previous >= 0) Offer(left.Previous);
            Offer(candidate.Position);
        }

        List<(int, int)> merged = [];
        for (var i = 0; i < chain.Length; i = chain[i].Next) merged.Add((chain[i].Id, chain[i].Length));
        return merged;

        void Offer(int position)
        {
            var next = chain[position].Next;
            if (next < chain.Length && _merges.TryGetValue(Pair(chain[position].Id, chain[next].Id), out var merge))
                queue.Enqueue((position, merge.Merged), ((long)merge.Rank << 32) | (uint)position);
        }
    }

    private static long Pair(int left, int right) => ((long)left << 32) | (uint)right;
}
