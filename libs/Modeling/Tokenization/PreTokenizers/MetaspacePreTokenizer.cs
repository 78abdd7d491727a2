using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.PreTokenizers;

/// <summary>SentencePiece's: spaces become a visible mark, one is put in front, and pieces begin at marks.</summary>
/// <param name="prepend"><c>always</c>, <c>first</c> (only at the start of the original text) or <c>never</c>.</param>
internal sealed class MetaspacePreTokenizer(int replacement, string prepend, bool split) : IPreTokenizer
{
    public void Apply(PreTokenizedText text)
    {
        text.Rewrite((source, start, end, target) =>
        {
            var first = source[start] == ' ' ? replacement : source[start];
            var wanted = prepend == "always" || (prepend == "first" && source.StartOf(start) == 0);
            if (wanted && first != replacement) target.Add(replacement, source, start);
            for (var i = start; i < end; i++) target.Add(source[i] == ' ' ? replacement : source[i], source, i);
        });
        if (!split) return;
        text.Split((source, start, end) => SplitBehavior.MergedWithNext.Cut(
            start, end, Enumerable.Range(start, end - start).Where(i => source[i] == replacement).Select(i => (i, i + 1))));
    }
}
