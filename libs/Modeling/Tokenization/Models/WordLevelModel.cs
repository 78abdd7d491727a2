using System.Text;
using System.Text.Json;

namespace Platform.Modeling.Tokenization.Models;

/// <summary>One token per word.</summary>
internal sealed class WordLevelModel(TokenVocabulary vocabulary, string unknown) : ITokenModel
{
    public static WordLevelModel Read(JsonElement json) => new(TokenVocabulary.Read(json.GetProperty("vocab")), json.Text("unk_token") ?? "<unk>");

    public int VocabularySize => vocabulary.Count;

    public IEnumerable<KeyValuePair<string, int>> Vocabulary => vocabulary.Entries;

    public int? IdOf(string token) => vocabulary.IdOf(token);

    public string? TokenOf(int id) => vocabulary.TokenOf(id);

    public List<ModelToken> Tokenize(string word)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(word);
        if (vocabulary.IdOf(word) is { } id) return [new ModelToken(id, word, 0, length)];
        if (vocabulary.IdOf(unknown) is { } unknownId) return [new ModelToken(unknownId, unknown, 0, length)];
        throw new InvalidDataException($"model.unk_token is '{unknown}', which model.vocab lacks, and '{word}' is unknown.");
    }
}
