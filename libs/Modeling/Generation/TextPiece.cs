namespace Platform.Modeling.Generation;

/// <summary>A part of a text that is being generated.</summary>
/// <param name="Text">whole characters; may be empty in the last piece</param>
/// <param name="Finish">why the text ends with this piece; null: it goes on</param>
public sealed record TextPiece(string Text, FinishReason? Finish);
