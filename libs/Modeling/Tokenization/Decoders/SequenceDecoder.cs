namespace Platform.Modeling.Tokenization.Decoders;

/// <summary>One after the other.</summary>
internal sealed class SequenceDecoder(IReadOnlyList<IDecoder> parts) : IDecoder
{
    public List<string> Decode(List<string> tokens) => parts.Aggregate(tokens, (current, part) => part.Decode(current));
}
