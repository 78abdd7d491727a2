namespace Platform.Modeling.Tokenization.Decoders;

/// <summary>Rewrites each token by itself.</summary>
internal sealed class TokenwiseDecoder(Func<string, int, int, string> rewrite) : IDecoder
{
    public List<string> Decode(List<string> tokens) => [.. tokens.Select((token, index) => rewrite(token, index, tokens.Count))];
}
