using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.PreTokenizers;

/// <summary>Pieces are runs of word characters and runs of what is neither that nor white space: <c>\w+|[^\w\s]+</c>.</summary>
internal sealed class WordPreTokenizer : IPreTokenizer
{
    private enum Kind
    {
        Space,
        Word,
        Other,
    }

    public void Apply(PreTokenizedText text) => text.Split((source, start, end) =>
    {
        List<(int, int)> pieces = [];
        var from = start;
        for (var i = start + 1; i <= end; i++)
        {
            if (i < end && KindOf(source[i]) == KindOf(source[from])) continue;
            if (KindOf(source[from]) != Kind.Space) pieces.Add((from, i));
            from = i;
        }

        return pieces;
    });

    private static Kind KindOf(int point) => CodePoints.IsWhiteSpace(point) ? Kind.Space : CodePoints.IsWord(point) ? Kind.Word : Kind.Other;
}
