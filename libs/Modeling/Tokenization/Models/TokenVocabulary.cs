using System.Text.Json;

namespace Platform.Modeling.Tokenization.Models;

/// <summary>Tokens by id and ids by token.</summary>
internal sealed class TokenVocabulary
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<int, string> _tokens;

    public TokenVocabulary(IEnumerable<KeyValuePair<string, int>> entries)
    {
        _ids = new Dictionary<string, int>(entries, StringComparer.Ordinal);
        _tokens = new Dictionary<int, string>(_ids.Count);
        foreach (var (token, id) in _ids) _tokens[id] = token;
    }

    public static TokenVocabulary Read(JsonElement vocab) =>
        new(vocab.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, entry.Value.GetInt32())));

    public int Count => _ids.Count;

    public int? IdOf(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    public string? TokenOf(int id) => _tokens.GetValueOrDefault(id);

    public IEnumerable<KeyValuePair<string, int>> Entries => _ids;
}
