namespace Platform.Metrics.Text;

/// <summary>How often every run of n tokens occurs in a text.</summary>
internal sealed class NGramCounts
{
    private readonly Dictionary<ArraySegment<string>, int> _counts = new(SameTokens.Instance);

    public NGramCounts()
    {
    }

    public NGramCounts(IReadOnlyList<string> tokens, int n)
    {
        string[] all = [.. tokens];
        for (var start = 0; start + n <= all.Length; start++)
        {
            var ngram = new ArraySegment<string>(all, start, n);
            _counts[ngram] = _counts.GetValueOrDefault(ngram) + 1;
            Total++;
        }
    }

    public int Total { get; private set; }

    /// <summary>Keeps the larger count of each n-gram; the total is not kept.</summary>
    public void RaiseTo(NGramCounts other)
    {
        foreach (var (ngram, count) in other._counts) _counts[ngram] = Math.Max(count, _counts.GetValueOrDefault(ngram));
    }

    /// <summary>The n-grams here, each counted at most as often as there.</summary>
    public int Shared(NGramCounts other) => _counts.Sum(pair => Math.Min(pair.Value, other._counts.GetValueOrDefault(pair.Key)));

    private sealed class SameTokens : IEqualityComparer<ArraySegment<string>>
    {
        public static readonly SameTokens Instance = new();

        public bool Equals(ArraySegment<string> x, ArraySegment<string> y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(ArraySegment<string> tokens)
        {
            var hash = new HashCode();
            foreach (var token in tokens) hash.Add(token, StringComparer.Ordinal);
            return hash.ToHashCode();
        }
    }
}
