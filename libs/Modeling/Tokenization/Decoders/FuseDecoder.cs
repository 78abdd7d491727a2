namespace Platform.Modeling.Tokenization.Decoders;

/// <summary>Makes one piece of all.</summary>
internal sealed class FuseDecoder : IDecoder
{
    public List<string> Decode(List<string> tokens) => [string.Concat(tokens)];
}
