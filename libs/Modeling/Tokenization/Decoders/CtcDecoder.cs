namespace Platform.Modeling.Tokenization.Decoders;

/// <summary>Connectionist temporal classification: repeated tokens are one, padding is silence.</summary>
internal sealed class CtcDecoder(string padding, string wordDelimiter, bool cleanUp) : IDecoder
{
    public List<string> Decode(List<string> tokens)
    {
        List<string> pieces = [];
        foreach (var (token, index) in tokens.Select((token, index) => (token, index)))
        {
            if (index > 0 && token == tokens[index - 1]) continue;
            var piece = token.Replace(padding, "", StringComparison.Ordinal);
            if (cleanUp) piece = WordPieceDecoder.CleanUp(piece).Replace(wordDelimiter, " ", StringComparison.Ordinal);
            if (piece.Length > 0) pieces.Add(piece);
        }

        return pieces;
    }
}
