namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>The merges that the scores of a SentencePiece BPE model stand for, in the order in which transformers lists them.</summary>
internal static class SentencePieceMerges
{
    public static IEnumerable<(string Left, string Right)> Of(SentencePieceFile file)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < file.Pieces.Count; id++) ids.TryAdd(file.Pieces[id].Piece, id);
        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        List<(string Left, string Right, float Score)> merges = [];
        foreach (var (piece, score, _) in file.Pieces)
        {
            List<(int Left, int Right)> splits = [];
            for (var i = 1; i < piece.Length; i++)
            {
                if (lookup.TryGetValue(piece.AsSpan(0, i), out var left) && lookup.TryGetValue(piece.AsSpan(i), out var right)) splits.Add((left, right));
            }

            merges.AddRange(splits.Order().Select(split => (file.Pieces[split.Left].Piece, file.Pieces[split.Right].Piece, score)));
        }

        // Stable, as Python's sort is; lengths count code points.
        return merges.OrderByDescending(merge => merge.Score).ThenByDescending(merge => Length(merge.Left)).ThenByDescending(merge => Length(merge.Right))
            .Select(merge => (merge.Left, merge.Right));
    }

    private static int Length(string text) => text.EnumerateRunes().Count();
}
