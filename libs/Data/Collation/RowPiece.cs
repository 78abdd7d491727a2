namespace Platform.Data.Collation;

/// <summary>A stretch of a dataset's row, as a packed row holds it.</summary>
/// <param name="Row">from 0</param>
/// <param name="Start">the first token's number in the row</param>
public readonly record struct RowPiece(int Row, int Start, int Length);
