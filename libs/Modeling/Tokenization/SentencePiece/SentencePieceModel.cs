using Platform.Modeling.Tokenization.Models;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>A SentencePiece model: pieces, byte fallback for what no piece covers, or one unknown token for each run of it.</summary>
internal sealed class SentencePieceModel(SentencePieceVocabulary vocabulary, ISegmenter segmenter, bool byteFallback) : ITokenModel
{
    public int VocabularySize => vocabulary.Count;

    public IEnumerable<KeyValuePair<string, int>> Vocabulary =>
        Enumerable.Range(0, vocabulary.Count).Select(id => KeyValuePair.Create(vocabulary.PieceOf(id), id));

    // Unigram sums run over the whole text: cutting it would round them differently.
    public int? WordMark { get; } = segmenter is BytePairSegmenter ? WordMarks.Of(vocabulary.OfText) : null;

    public int? IdOf(string token) => vocabulary.IdOf(token);

    public string? TokenOf(int id) => id < 0 || id >= vocabulary.Count ? null : vocabulary.PieceOf(id);

    public List<ModelToken> Tokenize(string word)
    {
        List<ModelToken> tokens = [];
        var (start, startByte) = (0, 0);
        foreach (var (end, id) in segmenter.Segment(word))
        {
            var endByte = startByte + System.Text.Encoding.UTF8.GetByteCount(word.AsSpan(start..end));
            var unknown = id == vocabulary.UnknownId;
            if (unknown && byteFallback) AddBytes(tokens, word.AsSpan(start..end), startByte, endByte);
            else if (unknown && tokens.Count > 0 && tokens[^1] is var last && last.Id == id)
                tokens[^1] = new ModelToken(id, last.Value + word[start..end], last.Start, endByte);
            else tokens.Add(new ModelToken(id, unknown ? word[start..end] : vocabulary.PieceOf(id), startByte, endByte));
            (start, startByte) = (end, endByte);
        }

        return tokens;
    }

    // The last byte covers the character, those before it nothing: as the reference does it.
    private void AddBytes(List<ModelToken> tokens, ReadOnlySpan<char> text, int start, int end)
    {
        Span<byte> bytes = stackalloc byte[end - start];
        var count = System.Text.Encoding.UTF8.GetBytes(text, bytes);
        for (var i = 0; i < count; i++)
        {
            var id = vocabulary.IdOfByte(bytes[i]);
            tokens.Add(new ModelToken(id, vocabulary.PieceOf(id), start, i == count - 1 ? end : start));
        }
    }
}
