namespace Platform.Modeling.Tokenization.Decoders;

/// <summary>Joins continuations to the word before, puts spaces between words and, if asked, none before punctuation.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanUp) : IDecoder
{
    public List<string> Decode(List<string> tokens) => [.. tokens.Select((token, index) =>
    {
        var piece = index == 0 ? token
            : token.StartsWith(prefix, StringComparison.Ordinal) ? token.Replace(prefix, "", StringComparison.Ordinal)
            : " " + token;
        return cleanUp ? CleanUp(piece) : piece;
    })];

    /// <summary>The reference's list of joined punctuation and contractions.</summary>
    public static string CleanUp(string text) => text
        .Replace(" .", ".", StringComparison.Ordinal).Replace(" ?", "?", StringComparison.Ordinal).Replace(" !", "!", StringComparison.Ordinal)
        .Replace(" ,", ",", StringComparison.Ordinal).Replace(" ' ", "'", StringComparison.Ordinal).Replace(" n't", "n't", StringComparison.Ordinal)
        .Replace(" 'm", "'m", StringComparison.Ordinal).Replace(" do not", " don't", StringComparison.Ordinal).Replace(" 's", "'s", StringComparison.Ordinal)
        .Replace(" 've", "'ve", StringComparison.Ordinal).Replace(" 're", "'re", StringComparison.Ordinal);
}
