namespace Platform.Modeling.Tokenization.Training;

/// <summary>Counts neighbouring tokens over all words, and keeps the counts true while pairs merge.</summary>
internal sealed class PairStatistics
{
    private readonly List<(List<int> Tokens, long Count)> _words;
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _where = [];
    private readonly PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)> _queue = new();

    public PairStatistics(IEnumerable<(List<int> Tokens, long Count)> words)
    {
        _words = [.. words];
        for (var word = 0; word < _words.Count; word++) Count(word, 1);
        foreach (var pair in _counts.Keys) Offer(pair);
    }

    /// <summary>The most frequent pair, with the smaller ids among equals; null when no word has two tokens.</summary>
    public ((int Left, int Right) Pair, long Count)? MostFrequent()
    {
        while (_queue.TryPeek(out var pair, out var priority))
        {
            var count = _counts.GetValueOrDefault(pair);
            if (count > 0 && count == -priority.NegativeCount) return (pair, count);
            // The count changed since the pair was offered; if it only fell it has to be offered again.
            _queue.Dequeue();
            if (count > 0) Offer(pair);
        }

        return null;
    }

    public void Merge((int Left, int Right) pair, int merged)
    {
        HashSet<(int, int)> grown = [];
        foreach (var word in _where[pair].Order().ToList())
        {
            Count(word, -1);
            var tokens = _words[word].Tokens;
            for (var i = 0; i + 1 < tokens.Count; i++)
            {
                if (tokens[i] != pair.Left || tokens[i + 1] != pair.Right) continue;
                tokens[i] = merged;
                tokens.RemoveAt(i + 1);
            }

            Count(word, 1);
            for (var i = 0; i + 1 < tokens.Count; i++)
            {
                if (tokens[i] == merged || tokens[i + 1] == merged) grown.Add((tokens[i], tokens[i + 1]));
            }
        }

        foreach (var changed in grown) Offer(changed);
    }

    private void Count(int word, int sign)
    {
        var (tokens, count) = _words[word];
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            var pair = (tokens[i], tokens[i + 1]);
            _counts[pair] = _counts.GetValueOrDefault(pair) + (sign * count);
            if (!_where.TryGetValue(pair, out var words)) _where[pair] = words = [];
            if (sign > 0) words.Add(word);
            else words.Remove(word);
        }
    }

    private void Offer((int Left, int Right) pair)
    {
        var count = _counts.GetValueOrDefault(pair);
        if (count > 0) _queue.Enqueue(pair, (-count, pair.Left, pair.Right));
    }
}
