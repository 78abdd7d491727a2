namespace Platform.Modeling.Tokenization;

/// <summary>Many texts at once.</summary>
public static class TokenizerExtensions
{
    /// <summary>Tokenizes texts and pads them to one length if asked.</summary>
    public static IReadOnlyList<Encoding> EncodeBatch(
        this Tokenizer tokenizer, IEnumerable<string> texts, bool addSpecialTokens = true, Truncation? truncation = null, Padding? padding = null) =>
        Padded([.. texts.Select(text => tokenizer.Encode(text, addSpecialTokens, truncation))], padding);

    /// <summary>Tokenizes pairs of texts and pads them to one length if asked.</summary>
    public static IReadOnlyList<Encoding> EncodeBatch(
        this Tokenizer tokenizer, IEnumerable<(string First, string Second)> pairs, bool addSpecialTokens = true, Truncation? truncation = null, Padding? padding = null) =>
        Padded([.. pairs.Select(pair => tokenizer.EncodePair(pair.First, pair.Second, addSpecialTokens, truncation))], padding);

    /// <summary>The texts of many lists of ids.</summary>
    public static IReadOnlyList<string> DecodeBatch(this Tokenizer tokenizer, IEnumerable<IEnumerable<int>> batch, bool skipSpecialTokens = false) =>
        [.. batch.Select(ids => tokenizer.Decode(ids, skipSpecialTokens))];

    private static IReadOnlyList<Encoding> Padded(IReadOnlyList<Encoding> encodings, Padding? padding) => padding?.Apply(encodings) ?? encodings;
}
