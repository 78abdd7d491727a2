namespace Platform.Modeling.Tokenization.PreTokenizers;

/// <summary>Pieces of a fixed number of code points.</summary>
internal sealed class FixedLengthPreTokenizer(int length) : IPreTokenizer
{
    public void Apply(PreTokenizedText text) => text.Split((_, start, end) =>
        Enumerable.Range(0, ((end - start - 1) / length) + 1).Select(i => (start + (i * length), (int)Math.Min(end, start + ((i + 1L) * length)))));
}
