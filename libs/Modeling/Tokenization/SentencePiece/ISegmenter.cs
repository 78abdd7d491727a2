namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>Cuts a normalised text into pieces.</summary>
internal interface ISegmenter
{
    /// <summary>The ends of the pieces in UTF-16 units, in order, each with the piece's id or that of the unknown piece.</summary>
    List<(int End, int Id)> Segment(string text);
}
