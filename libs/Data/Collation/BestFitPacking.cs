namespace Platform.Data.Collation;

/// <summary>
/// Packs rows longest first, each into the fullest packed row that still holds it (best-fit decreasing,
/// Ding et al. 2024, https://arxiv.org/abs/2404.10830), as TRL's strategies <c>bfd</c> and <c>bfd_split</c>. Differs from the paper: rows that
/// are too long lose their end, unless they are to be split; empty rows are left out. Deterministic: of equal lengths the earlier row
/// comes first, of equally full packed rows the one that became so first.
/// </summary>
public sealed class BestFitPacking : IPacking
{
    /// <summary>Cut a row that is too long into several instead of leaving its end out.</summary>
    public bool Splits { get; init; }

    public bool TakesAnyLength => Splits;

    public List<List<RowPiece>> Pack(IReadOnlyList<int> lengths, int room)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(room, 1);
        List<List<RowPiece>> packed = [];
        var byRoom = new SortedSet<(int Room, int Since, int Index)>();
        var pieces = lengths.SelectMany((length, row) => Pieces(row, length, room));
        foreach (var (step, piece) in pieces.OrderByDescending(piece => piece.Length).Index())
        {
            var fitting = byRoom.GetViewBetween((piece.Length, 0, 0), (int.MaxValue, int.MaxValue, int.MaxValue));
            var (left, since, index) = fitting.Count > 0 ? fitting.Min : (room, 0, packed.Count);
            if (index == packed.Count) packed.Add([]);
            else byRoom.Remove((left, since, index));
            packed[index].Add(piece);
            if (left > piece.Length) byRoom.Add((left - piece.Length, step, index));
        }

        return packed;
    }

    private IEnumerable<RowPiece> Pieces(int row, int length, int room)
    {
        for (var start = 0; start < length && (Splits || start == 0); start += room) yield return new(row, start, Math.Min(room, length - start));
    }
}
