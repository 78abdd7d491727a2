using System.Text;
using System.Text.Json;

namespace Platform.Modeling.Tokenization.Models;

/// <summary>BERT's WordPiece: the longest known piece first; a word with an unknown rest is one unknown token.</summary>
internal sealed class WordPieceModel(TokenVocabulary vocabulary, string unknown, string prefix, int longestWord) : ITokenModel
{
    public static WordPieceModel Read(JsonElement json) => new(
        TokenVocabulary.Read(json.GetProperty("vocab")),
        json.Text("unk_token") ?? "[UNK]",
        json.Text("continuing_subword_prefix") ?? "##",
        json.TryGetProperty("max_input_chars_per_word", out var longest) ? longest.GetInt32() : 100);

    public int VocabularySize => vocabulary.Count;

    public IEnumerable<KeyValuePair<string, int>> Vocabulary => vocabulary.Entries;

    public int? IdOf(string token) => vocabulary.IdOf(token);

    public string? TokenOf(int id) => vocabulary.TokenOf(id);

    public List<ModelToken> Tokenize(string word)
    {
        var runes = word.EnumerateRunes().ToArray();
        if (runes.Length > longestWord) return Unknown(word);
        List<ModelToken> tokens = [];
        var (start, startByte) = (0, 0);
        while (start < runes.Length)
        {
            var found = Longest(runes, start, startByte);
            if (found is not { } piece) return Unknown(word);
            tokens.Add(piece.Token);
            (start, startByte) = (piece.End, piece.Token.End);
        }

        return tokens;
    }

    private (ModelToken Token, int End)? Longest(Rune[] runes, int start, int startByte)
    {
        for (var end = runes.Length; end > start; end--)
        {
            var piece = string.Concat(runes[start..end].Select(rune => rune.ToString()));
            var token = start > 0 ? prefix + piece : piece;
            if (vocabulary.IdOf(token) is { } id) return (new ModelToken(id, token, startByte, startByte + System.Text.Encoding.UTF8.GetByteCount(piece)), end);
        }

        return null;
    }

    private List<ModelToken> Unknown(string word) =>
    [
        new ModelToken(
            vocabulary.IdOf(unknown) ?? throw new InvalidDataException($"model.unk_token is '{unknown}', which model.vocab lacks."),
            unknown, 0, System.Text.Encoding.UTF8.GetByteCount(word)),
    ];
}
