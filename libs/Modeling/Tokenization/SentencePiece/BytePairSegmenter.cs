using Platform.Modeling.Tokenization.AddedTokens;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>
/// SentencePiece's BPE (Sennrich et al. 2016, https://arxiv.org/abs/1508.07909): of all neighbours that together are a piece,
/// those whose piece has the highest score merge first, the leftmost among equals.
/// </summary>
/// <remarks>
/// Differs from the paper: a merge is any pair whose text is a piece, user-defined pieces never merge, and pieces marked as
/// unused are taken apart again. No dropout.
/// </remarks>
internal sealed class BytePairSegmenter(SentencePieceVocabulary vocabulary, TokenTrie<bool> userDefined) : ISegmenter
{
    /// <summary>Neighbouring symbols form a chain through the array; a symbol that was merged into its left neighbour has no length.</summary>
    private struct Symbol
    {
        public int Start, Length, Previous, Next;
        public bool Frozen;
    }

    public List<(int End, int Id)> Segment(string text)
    {
        var symbols = Symbols(text);
        var queue = new PriorityQueue<(int Left, int Right, int Length), long>(); // by score, then position
        Dictionary<string, int> unused = new(StringComparer.Ordinal); // to the length of its left half
        for (var i = 1; i < symbols.Length; i++) Offer(i - 1, i);
        while (queue.TryDequeue(out var pair, out _))
        {
            ref var left = ref symbols[pair.Left];
            ref var right = ref symbols[pair.Right];
            // Either half may have changed since the pair was offered.
            if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != pair.Length) continue;
            left.Length = pair.Length;
            left.Next = right.Next;
            if (right.Next >= 0) symbols[right.Next].Previous = pair.Left;
            right.Length = 0;
            Offer(left.Previous, pair.Left);
            Offer(pair.Left, left.Next);
        }

        List<(int, int)> pieces = [];
        for (var i = symbols.Length > 0 ? 0 : -1; i >= 0; i = symbols[i].Next) TakeApart(text, symbols[i].Start, symbols[i].Length, unused, pieces);
        return pieces;

        void Offer(int left, int right)
        {
            if (left < 0 || right < 0 || symbols[left].Frozen || symbols[right].Frozen) return;
            var piece = text.AsSpan(symbols[left].Start, symbols[left].Length + symbols[right].Length);
            var id = piece.Length <= vocabulary.LongestPiece ? vocabulary.Find(piece) : -1;
            if (id < 0) return;
            queue.Enqueue((left, right, piece.Length), (Descending(vocabulary.ScoreOf(id)) << 32) | (uint)left);
            if (vocabulary.TypeOf(id) == PieceType.Unused) unused[piece.ToString()] = symbols[left].Length;
        }
    }

    // An integer that is the smaller the greater the number is: the bits of a positive float are in order, those of a negative
    // one in reverse order. Adding zero makes -0 and 0 one.
    private static long Descending(float score)
    {
        var bits = BitConverter.SingleToInt32Bits(score + 0f);
        return -(long)(bits >= 0 ? bits : int.MinValue - (long)bits);
    }

    private Symbol[] Symbols(string text)
    {
        List<Symbol> symbols = new(text.Length);
        var points = userDefined.IsEmpty ? [] : CodePoints.Of(text);
        for (var (position, point) = (0, 0); position < text.Length;)
        {
            var frozen = userDefined.LongestAt(points, point) is { } match ? match.End - point : 0;
            var length = 0;
            for (var i = 0; i < Math.Max(frozen, 1); i++) length += char.IsHighSurrogate(text[position + length]) ? 2 : 1;
            symbols.Add(new Symbol { Start = position, Length = length, Previous = symbols.Count - 1, Next = symbols.Count + 1, Frozen = frozen > 0 });
            position += length;
            point += Math.Max(frozen, 1);
        }

        var chain = symbols.ToArray();
        if (chain.Length > 0) chain[^1].Next = -1;
        return chain;
    }

    // Halves are shorter than their whole, so the recursion is as deep as a piece is long at most.
    private void TakeApart(string text, int start, int length, Dictionary<string, int> unused, List<(int End, int Id)> pieces)
    {
        var piece = text.AsSpan(start, length);
        var id = vocabulary.Find(piece);
        if (id >= 0 && vocabulary.TypeOf(id) == PieceType.Unused && unused.TryGetValue(piece.ToString(), out var left))
        {
            TakeApart(text, start, left, unused, pieces);
            TakeApart(text, start + left, length - left, unused, pieces);
        }
        else pieces.Add((start + length, id >= 0 ? id : vocabulary.IdOf(piece.ToString()) ?? vocabulary.UnknownId));
    }
}
