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
        if (word.Length > longestWord && word.EnumerateRunes().Count() > longestWord) return Unknown(word);
        List<ModelToken> tokens = [];
        var startByte = 0;
        for (var start = 0; start < word.Length;)
        {
            var (end, id) = start == 0 ? Longest(word, 0) : LongestContinued(word, start);
            if (id < 0) return Unknown(word);
            var endByte = startByte + System.Text.Encoding.UTF8.GetByteCount(word.AsSpan(start..end));
            tokens.Add(new ModelToken(id, vocabulary.TokenOf(id)!, startByte, endByte));
            (start, startByte) = (end, endByte);
        }

        return tokens;
    }

    private (int End, int Id) LongestContinued(string word, int start)
    {
        var rest = string.Concat(prefix, word.AsSpan(start));
        var (end, id) = Longest(rest, prefix.Length);
        return (end - prefix.Length + start, id);
    }

    // The longest token that begins the text and takes more than its first characters.
    private (int End, int Id) Longest(string text, int from)
    {
        for (var end = Math.Min(text.Length, vocabulary.LongestToken); end > from; end--)
        {
            if (end < text.Length && char.IsLowSurrogate(text[end])) continue;
            if (vocabulary.Find(text.AsSpan(0, end)) is >= 0 and var id) return (end, id);
        }

        return (from, -1);
    }

    private List<ModelToken> Unknown(string word) =>
    [
        new ModelToken(
            vocabulary.IdOf(unknown) ?? throw new InvalidDataException($"model.unk_token is '{unknown}', which model.vocab lacks."),
            unknown, 0, System.Text.Encoding.UTF8.GetByteCount(word)),
    ];
}
