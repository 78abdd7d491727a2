using Platform.Modeling.Tokenization.PreTokenizers;

namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>Cuts before every run of marks: exact where no piece of the vocabulary has a mark behind another character.</summary>
internal sealed class MarkPreTokenizer : IPreTokenizer
{
    public const char Mark = '▁';

    public void Apply(PreTokenizedText text) => text.Split((source, start, end) =>
    {
        List<(int, int)> pieces = [];
        var from = start;
        for (var i = start + 1; i < end; i++)
        {
            if (source[i] != Mark || source[i - 1] == Mark) continue;
            pieces.Add((from, i));
            from = i;
        }

        pieces.Add((from, end));
        return pieces;
    });
}
