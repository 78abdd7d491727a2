namespace Platform.Modeling.Tokenization.PreTokenizers;

/// <summary>Cuts at every code point that is a delimiter.</summary>
internal sealed class CharacterSplitPreTokenizer(Func<int, bool> isDelimiter, SplitBehavior behavior) : IPreTokenizer
{
    public void Apply(PreTokenizedText text) => text.Split((source, start, end) =>
        behavior.Cut(start, end, Enumerable.Range(start, end - start).Where(i => isDelimiter(source[i])).Select(i => (i, i + 1))));
}
