using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.PreTokenizers;

/// <summary>A text cut into pieces: ranges of the text, in order, with possible gaps.</summary>
internal sealed class PreTokenizedText(AlignedText text)
{
    public AlignedText Text { get; private set; } = text;

    public List<(int Start, int End)> Pieces { get; private set; } = text.Length == 0 ? [] : [(0, text.Length)];

    /// <summary>Replaces each piece by the pieces that <paramref name="cut"/> makes of it; empty ones are dropped.</summary>
    public void Split(Func<AlignedText, int, int, IEnumerable<(int Start, int End)>> cut)
    {
        List<(int, int)> pieces = new(Pieces.Count);
        foreach (var (start, end) in Pieces)
        {
            foreach (var piece in cut(Text, start, end))
            {
                if (piece.End > piece.Start) pieces.Add(piece);
            }
        }

        Pieces = pieces;
    }

    /// <summary>Rewrites the content of each piece; what lies between pieces is forgotten.</summary>
    public void Rewrite(Action<AlignedText, int, int, AlignedTextBuilder> write)
    {
        var builder = new AlignedTextBuilder(Text.Length + (Text.Length / 4) + 4);
        List<(int, int)> pieces = new(Pieces.Count);
        foreach (var (start, end) in Pieces)
        {
            var from = builder.Length;
            write(Text, start, end, builder);
            if (builder.Length > from) pieces.Add((from, builder.Length));
        }

        Text = builder.Build();
        Pieces = pieces;
    }
}
