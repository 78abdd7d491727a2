using System.Text;
using System.Text.Json;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Models;

/// <summary>
/// The unigram language model (Kudo 2018, https://arxiv.org/abs/1804.10959): the segmentation with the greatest sum of log
/// probabilities, by Viterbi over the word's bytes. Differs from the paper: no sampling.
/// </summary>
internal sealed class UnigramModel : ITokenModel
{
    private const double UnknownPenalty = 10;

    private readonly (string Piece, double Score)[] _pieces;
    private readonly Dictionary<string, int> _ids;
    private readonly int? _unknownId;
    private readonly double _unknownScore;
    private readonly PieceTrie _trie;
    private readonly bool _byteFallback;
    private readonly bool _fuseUnknown;

    public UnigramModel(IEnumerable<(string Piece, double Score)> pieces, int? unknownId, bool byteFallback, bool fuseUnknown = true)
    {
        _pieces = [.. pieces];
        _ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < _pieces.Length; id++) _ids[_pieces[id].Piece] = id;
        _unknownId = unknownId;
        _unknownScore = _pieces.Min(piece => piece.Score) - UnknownPenalty;
        _trie = new PieceTrie(_ids);
        (_byteFallback, _fuseUnknown) = (byteFallback, fuseUnknown);
    }

    public static UnigramModel Read(JsonElement json) => new(
        json.GetProperty("vocab").EnumerateArray().Select(entry => (entry[0].Required(), entry[1].GetDouble())),
        json.Part("unk_id")?.GetInt32(),
        json.Flag("byte_fallback", false));

    public int VocabularySize => _pieces.Length;

    public IEnumerable<KeyValuePair<string, int>> Vocabulary => _ids;

    public int? IdOf(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    public string? TokenOf(int id) => id >= 0 && id < _pieces.Length ? _pieces[id].Piece : null;

    public List<ModelToken> Tokenize(string word)
    {
        List<ModelToken> tokens = [];
        var start = 0;
        foreach (var piece in Segment(word))
        {
            var length = System.Text.Encoding.UTF8.GetByteCount(piece);
            if (_ids.TryGetValue(piece, out var id)) tokens.Add(new ModelToken(id, piece, start, start + length));
            else if (ByteTokens(piece, start) is { } bytes) tokens.AddRange(bytes);
            else
            {
                var unknown = _unknownId ?? throw new InvalidDataException($"model.unk_id is missing, and '{piece}' is unknown.");
                tokens.Add(new ModelToken(unknown, piece, start, start + length));
            }

            start += length;
        }

        return tokens;
    }

    // Every byte token of a fallback covers the whole piece, as in the reference.
    private List<ModelToken>? ByteTokens(string piece, int start)
    {
        if (!_byteFallback) return null;
        List<ModelToken> tokens = [];
        var bytes = System.Text.Encoding.UTF8.GetBytes(piece);
        foreach (var value in bytes)
        {
            var token = $"<0x{value:X2}>";
            if (!_ids.TryGetValue(token, out var id)) return null;
            tokens.Add(new ModelToken(id, token, start, start + bytes.Length));
        }

        return tokens;
    }

    private List<string> Segment(string word)
    {
        var size = word.Length;
        var (scores, starts, ids) = (new double[size + 1], new int[size + 1], new int[size + 1]);
        Array.Fill(starts, -1);
        for (var position = 0; position < size;)
        {
            var characterLength = char.IsHighSurrogate(word[position]) && position + 1 < size ? 2 : 1;
            var single = false;
            var node = PieceTrie.Root;
            for (var end = position + 1; end <= size && (node = _trie.Next(node, word[end - 1])) >= 0; end++)
            {
                var id = _trie.IdAt(node);
                if (id < 0) continue;
                Offer(position, end, scores[position] + _pieces[id].Score, id);
                single |= end - position == characterLength;
            }

            if (!single) Offer(position, position + characterLength, scores[position] + _unknownScore, _unknownId ?? -1);
            position += characterLength;
        }

        return Backtrack(word, starts, ids);

        void Offer(int from, int to, double score, int id)
        {
            if (starts[to] >= 0 && score <= scores[to]) return;
            (scores[to], starts[to], ids[to]) = (score, from, id);
        }
    }

    private List<string> Backtrack(string word, int[] starts, int[] ids)
    {
        List<string> pieces = [];
        var fusedEnd = -1;
        for (var end = word.Length; end > 0; end = starts[end])
        {
            var start = starts[end];
            if (_fuseUnknown && ids[end] == (_unknownId ?? -1))
            {
                if (fusedEnd < 0) fusedEnd = end;
                if (start == 0) pieces.Add(word[..fusedEnd]);
                continue;
            }

            if (fusedEnd >= 0) pieces.Add(word[end..fusedEnd]);
            fusedEnd = -1;
            pieces.Add(word[start..end]);
        }

        pieces.Reverse();
        return pieces;
    }
}
