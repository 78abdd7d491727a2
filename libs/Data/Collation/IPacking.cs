namespace Platform.Data.Collation;

/// <summary>
/// A way to put several rows into one of a fixed length, so that little is padded. It is a function of the rows' lengths alone: a run
/// that goes on after a stop packs the same.
/// </summary>
public interface IPacking
{
    /// <summary>Whether rows of any length are taken whole, cut into several; otherwise they are to be cut to the room before.</summary>
    bool TakesAnyLength { get; }

    /// <summary>The packed rows in the order in which they were opened; empty rows are in none.</summary>
    /// <param name="lengths">of the rows, in tokens</param>
    /// <param name="room">the length of a packed row; none is longer</param>
    List<List<RowPiece>> Pack(IReadOnlyList<int> lengths, int room);
}
