using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.PreTokenizers;

/// <summary>Cuts at a pattern, or with <paramref name="invert"/> at everything else.</summary>
internal sealed class SplitPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert) : IPreTokenizer
{
    public void Apply(PreTokenizedText text) =>
        text.Split((source, start, end) => behavior.Cut(start, end, pattern.Matches(source, start, end), invert));
}
