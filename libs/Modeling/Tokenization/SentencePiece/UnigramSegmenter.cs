using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>
/// SentencePiece's unigram language model (Kudo 2018, https://arxiv.org/abs/1804.10959): the segmentation with the greatest sum
/// of log probabilities, by Viterbi.
/// </summary>
/// <remarks>
/// Differs from the paper: no sampling; user-defined pieces outweigh everything else. Sums are kept in single precision over
/// the whole text, as the reference keeps them, because rounding decides between equals.
/// </remarks>
internal sealed class UnigramSegmenter(SentencePieceVocabulary vocabulary) : ISegmenter
{
    private const float UnknownPenalty = 10;
    private const float UserDefinedPenalty = 0.1f;

    private readonly float _unknownScore = vocabulary.LowestScore - UnknownPenalty;
    private readonly PieceTrie _pieces = new(vocabulary.OfText.Select(piece => KeyValuePair.Create(piece, vocabulary.Find(piece))));

    public List<(int End, int Id)> Segment(string text)
    {
        var best = new (float Score, int Start, int Id)[text.Length + 1];
        best.AsSpan().Fill((0, -1, 0));
        for (var start = 0; start < text.Length;)
        {
            var single = char.IsHighSurrogate(text[start]) && start + 1 < text.Length ? 2 : 1;
            var hasSingle = false;
            var bytes = 0;
            var node = PieceTrie.Root;
            for (var end = start; end < text.Length;)
            {
                node = _pieces.Next(node, text[end]);
                if (node < 0) break;
                bytes += Utf8Bytes(text[end++]);
                var id = _pieces.IdAt(node);
                if (id < 0 || vocabulary.TypeOf(id) == PieceType.Unused) continue;
                var score = vocabulary.TypeOf(id) == PieceType.UserDefined ? (bytes * vocabulary.HighestScore) - UserDefinedPenalty : vocabulary.ScoreOf(id);
                Offer(start, end, score + best[start].Score, id);
                hasSingle |= end - start == single;
            }

            if (!hasSingle) Offer(start, start + single, _unknownScore + best[start].Score, vocabulary.UnknownId);
            start += single;
        }

        List<(int, int)> pieces = [];
        for (var end = text.Length; end > 0; end = best[end].Start) pieces.Add((end, best[end].Id));
        pieces.Reverse();
        return pieces;

        void Offer(int from, int to, float score, int id)
        {
            if (best[to].Start < 0 || score > best[to].Score) best[to] = (score, from, id);
        }
    }

    // Each half of a surrogate pair counts for two of the four bytes.
    private static int Utf8Bytes(char unit) => char.IsSurrogate(unit) ? 2 : CodePoints.Utf8Length(unit);
}
