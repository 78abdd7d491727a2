using System.Collections;

namespace Platform.Data.Collation;

/// <summary>
/// Rows put together into longer ones, each read and joined when it is asked for. Like any row a packed one is learned from, its
/// sequences counting their positions and predicting their tokens alone.
/// </summary>
public sealed class PackedRows(IReadOnlyList<SupervisedExample> rows, IReadOnlyList<IReadOnlyList<RowPiece>> plan) : IReadOnlyList<SupervisedExample>
{
    /// <summary>The rows packed as the packing says; without one, the rows.</summary>
    /// <param name="room">the length of a packed row</param>
    public static IReadOnlyList<SupervisedExample> Of(IReadOnlyList<SupervisedExample> rows, IPacking? packing, int room) =>
        packing is null ? rows : new PackedRows(rows, packing.Pack([.. rows.Select(row => row.Length)], room));

    public int Count => plan.Count;

    public SupervisedExample this[int index] => SupervisedExample.Packed([.. plan[index].Select(piece => rows[piece.Row].Slice(piece.Start, piece.Length))]);

    public IEnumerator<SupervisedExample> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
