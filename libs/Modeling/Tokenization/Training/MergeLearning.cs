namespace Platform.Modeling.Tokenization.Training;

/// <summary>
/// Merges the most frequent pair of neighbouring tokens until the vocabulary is full (Sennrich et al. 2016,
/// https://arxiv.org/abs/1508.07909). Deterministic: of equally frequent pairs the one with the smaller ids merges first.
/// Differs from the paper: pairs seen fewer than a given number of times do not merge.
/// </summary>
internal static class MergeLearning
{
    /// <param name="words">each as its first tokens, with how often it occurs</param>
    /// <param name="vocabulary">every first token with its id, without gaps; what merges make is added</param>
    /// <param name="size">tokens in all</param>
    /// <param name="join">how the token that two make is spelled</param>
    /// <returns>the merges in the order they were made</returns>
    public static List<(string Left, string Right)> Learn(
        IEnumerable<(IEnumerable<string> Tokens, long Count)> words, Dictionary<string, int> vocabulary, int size, int minimumFrequency, Func<string, string, string> join)
    {
        var tokens = vocabulary.OrderBy(entry => entry.Value).Select(entry => entry.Key).ToList();
        var pairs = new PairStatistics(words.Select(word => (word.Tokens.Select(token => vocabulary[token]).ToList(), word.Count)));
        List<(string, string)> merges = [];
        while (tokens.Count < size && pairs.MostFrequent() is var ((left, right), count) && count >= minimumFrequency)
        {
            // Two merges may spell the same token; it keeps its first id.
            var merged = join(tokens[left], tokens[right]);
            if (!vocabulary.TryGetValue(merged, out var id))
            {
                id = tokens.Count;
                vocabulary.Add(merged, id);
                tokens.Add(merged);
            }

            merges.Add((tokens[left], tokens[right]));
            pairs.Merge((left, right), id);
        }

        return merges;
    }
}
