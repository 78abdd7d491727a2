using System.Text;
using System.Text.Json;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Models;

/// <summary>Byte-pair encoding (Sennrich et al. 2016, https://arxiv.org/abs/1508.07909) as tokenizer.json describes it.</summary>
/// <remarks>Differs from the paper: byte fallback, unknown-token fusing and whole-word look-up (<c>ignore_merges</c>) as in Hugging Face tokenizers; no dropout.</remarks>
internal sealed class BytePairModel : ITokenModel
{
    private readonly TokenVocabulary _vocabulary;
    private readonly BytePairMerges _merges;
    private readonly (int Id, string Token)? _unknown;
    private readonly string _prefix;
    private readonly string _suffix;
    private readonly bool _fuseUnknown;
    private readonly bool _wholeWordsFirst;
    private readonly int[]? _byteTokens;

    private BytePairModel(JsonElement json)
    {
        _vocabulary = TokenVocabulary.Read(json.GetProperty("vocab"));
        _prefix = json.Text("continuing_subword_prefix") ?? "";
        _suffix = json.Text("end_of_word_suffix") ?? "";
        _fuseUnknown = json.Flag("fuse_unk", false);
        _wholeWordsFirst = json.Flag("ignore_merges", false);
        _merges = BytePairMerges.Of(json.GetProperty("merges").EnumerateArray().Select(ReadMerge), _vocabulary, _prefix.Length);
        if (json.Flag("byte_fallback", false)) _byteTokens = [.. Enumerable.Range(0, 256).Select(value => _vocabulary.IdOf($"<0x{value:X2}>") ?? -1)];
        if (json.Text("unk_token") is { } unknown)
            _unknown = (_vocabulary.IdOf(unknown) ?? throw new InvalidDataException($"model.unk_token is '{unknown}', which model.vocab lacks."), unknown);
        // Words stay whole for the look-up of whole words, and where their ends are marked.
        if (!_wholeWordsFirst && _prefix.Length + _suffix.Length == 0) WordMark = WordMarks.Of(_vocabulary.Entries.Select(entry => entry.Key));
        if (json.TryGetProperty("dropout", out var dropout) && dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() > 0)
            throw new NotSupportedException($"model.dropout is {dropout}; random merges are not supported, set it to null.");
    }

    public static BytePairModel Read(JsonElement json) => new(json);

    public int VocabularySize => _vocabulary.Count;

    public IEnumerable<KeyValuePair<string, int>> Vocabulary => _vocabulary.Entries;

    public int? IdOf(string token) => _vocabulary.IdOf(token);

    public string? TokenOf(int id) => _vocabulary.TokenOf(id);

    public int? WordMark { get; }

    public List<ModelToken> Tokenize(string word)
    {
        if (_wholeWordsFirst && _vocabulary.IdOf(word) is { } whole) return [new ModelToken(whole, word, 0, System.Text.Encoding.UTF8.GetByteCount(word))];
        List<ModelToken> tokens = [];
        var start = 0;
        foreach (var (id, length) in _merges.Apply(Symbols(word)))
        {
            tokens.Add(new ModelToken(id, _vocabulary.TokenOf(id)!, start, start + length));
            start += length;
        }

        return tokens;
    }

    private List<(int Id, int Length)> Symbols(string word)
    {
        List<(int Id, int Length)> symbols = new(word.Length);
        (int Id, int Length)? unknown = null;
        var position = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            var length = rune.Utf8SequenceLength;
            var span = word.AsSpan(position, rune.Utf16SequenceLength);
            var prefix = position > 0 ? _prefix : "";
            position += rune.Utf16SequenceLength;
            var suffix = position == word.Length ? _suffix : "";
            if (prefix.Length + suffix.Length > 0) span = string.Concat(prefix, span, suffix);

            if (_vocabulary.Find(span) is >= 0 and var id)
            {
                if (unknown is { } pending) symbols.Add(pending);
                unknown = null;
                symbols.Add((id, length));
            }
            else if (ByteTokens(span) is { } bytes)
            {
                // The reference leaves a pending unknown token behind the bytes; so its order is kept.
                symbols.AddRange(bytes);
            }
            else if (_unknown is { } token)
            {
                if (unknown is { } pending && _fuseUnknown) unknown = (pending.Id, pending.Length + length);
                else
                {
                    if (unknown is { } before) symbols.Add(before);
                    unknown = (token.Id, length);
                }
            }
        }

        if (unknown is { } last) symbols.Add(last);
        return symbols;
    }

    private List<(int Id, int Length)>? ByteTokens(ReadOnlySpan<char> symbol)
    {
        if (_byteTokens is null) return null;
        List<(int, int)> tokens = [];
        Span<byte> bytes = stackalloc byte[symbol.Length <= 64 ? symbol.Length * 3 : 0];
        if (bytes.Length == 0) bytes = new byte[symbol.Length * 3];
        foreach (var value in bytes[..System.Text.Encoding.UTF8.GetBytes(symbol, bytes)])
        {
            if (_byteTokens[value] < 0) return null;
            tokens.Add((_byteTokens[value], 1));
        }

        return tokens;
    }

    // ["a", "b"] since tokenizers 0.20, "a b" before.
    private static (string Left, string Right) ReadMerge(JsonElement merge, int index)
    {
        if (merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2) return (merge[0].Required(), merge[1].Required());
        if (merge.ValueKind == JsonValueKind.String && merge.Required().Split(' ') is [var left, var right]) return (left, right);
        throw new InvalidDataException($"model.merges[{index}] is {merge}; expected a pair of tokens or two tokens with a space between.");
    }
}
