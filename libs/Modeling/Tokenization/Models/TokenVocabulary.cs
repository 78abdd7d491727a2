using System.Collections.Frozen;
using System.Text.Json;

namespace Platform.Modeling.Tokenization.Models;

/// <summary>Tokens by id and ids by token.</summary>
internal sealed class TokenVocabulary
{
    private readonly FrozenDictionary<string, int> _ids;
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly FrozenDictionary<int, string> _tokens;

    public TokenVocabulary(IEnumerable<KeyValuePair<string, int>> entries)
    {
        _ids = entries.ToFrozenDictionary(StringComparer.Ordinal);
        _lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var tokens = new Dictionary<int, string>(_ids.Count);
        foreach (var (token, id) in _ids) tokens[id] = token;
        _tokens = tokens.ToFrozenDictionary();
        LongestToken = _ids.Keys.Select(token => token.Length).DefaultIfEmpty(0).Max();
    }

    public static TokenVocabulary Read(JsonElement vocab) =>
        new(vocab.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, entry.Value.GetInt32() is >= 0 and < int.MaxValue and var id
            ? id
            : throw new InvalidDataException($"model.vocab gives '{entry.Name}' the id {entry.Value}; expected 0 or more."))));

    public int Count => _ids.Count;

    /// <summary>UTF-16 units of the longest token.</summary>
    public int LongestToken { get; }

    public int? IdOf(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>The id of a token; -1 where there is none.</summary>
    public int Find(ReadOnlySpan<char> token) => _lookup.TryGetValue(token, out var id) ? id : -1;

    public string? TokenOf(int id) => _tokens.GetValueOrDefault(id);

    public IEnumerable<KeyValuePair<string, int>> Entries => _ids;
}
