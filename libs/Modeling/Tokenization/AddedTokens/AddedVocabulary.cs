using Platform.Modeling.Tokenization.Normalizers;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.AddedTokens;

/// <summary>The tokens besides the model's vocabulary; cuts a text into these and what lies between, normalised.</summary>
internal sealed class AddedVocabulary
{
    private readonly Dictionary<int, AddedToken> _byId = [];
    private readonly Dictionary<string, AddedToken> _byContent = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _decoded = [];
    private readonly TokenTrie<AddedToken> _raw = new();
    private readonly TokenTrie<AddedToken> _normalized = new();
    private readonly INormalizer? _normalizer;
    private readonly bool _inTemplatesOnly;

    /// <param name="inTemplatesOnly">The tokens are plain text unless a chat template put them there.</param>
    public AddedVocabulary(IEnumerable<AddedToken> tokens, INormalizer? normalizer, bool inTemplatesOnly = false)
    {
        (_normalizer, _inTemplatesOnly) = (normalizer, inTemplatesOnly);
        foreach (var token in tokens)
        {
            _byId[token.Id] = token;
            _byContent[token.Content] = token;
            if (token.Normalized)
            {
                var content = normalizer?.Normalize(AlignedText.Of(token.Content)).ToString() ?? token.Content;
                _normalized.Add(content, token);
                _decoded[token.Id] = content;
            }
            else _raw.Add(token.Content, token);
        }
    }

    /// <summary>Text between added tokens, or an added token with the text it covers.</summary>
    public readonly record struct Segment(AlignedText Text, AddedToken? Token);

    public IReadOnlyCollection<AddedToken> Tokens => _byId.Values;

    public int? IdOf(string content) => _byContent.TryGetValue(content, out var token) ? token.Id : null;

    public string? ContentOf(int id) => _byId.TryGetValue(id, out var token) ? token.Content : null;

    /// <summary>What decoding shows for the token: its normalised content if that is what was looked for.</summary>
    public string? DecodedContentOf(int id) => _decoded.GetValueOrDefault(id) ?? ContentOf(id);

    public bool IsSpecial(int id) => _byId.TryGetValue(id, out var token) && token.Special;

    /// <summary>Raw tokens are taken out first; what is left is normalised and searched for the others.</summary>
    public List<Segment> Cut(AlignedText text, bool inTemplate)
    {
        if (_inTemplatesOnly && !inTemplate) return text.Length == 0 ? [] : [new Segment(_normalizer?.Normalize(text) ?? text, null)];
        List<Segment> segments = [];
        foreach (var raw in Cut(text, _raw))
        {
            if (raw.Token is not null) segments.Add(raw);
            else segments.AddRange(Cut(_normalizer?.Normalize(raw.Text) ?? raw.Text, _normalized));
        }

        return segments;
    }

    private static List<Segment> Cut(AlignedText text, TokenTrie<AddedToken> trie)
    {
        List<Segment> segments = [];
        if (text.Length == 0) return segments;
        var covered = 0;
        var from = 0;
        while (trie.Next(text.Points, from) is { } match)
        {
            var (start, end, token) = match;
            from = end;
            if (token.SingleWord && (IsWordAt(text, start - 1) || IsWordAt(text, end))) continue;
            if (token.LeftStrip)
            {
                while (start > covered && CodePoints.IsWhiteSpace(text[start - 1])) start--;
            }

            if (token.RightStrip)
            {
                while (end < text.Length && CodePoints.IsWhiteSpace(text[end])) end++;
            }

            if (start > covered) segments.Add(new Segment(text.Part(covered, start), null));
            segments.Add(new Segment(text.Part(Math.Min(start, end), end), token));
            covered = end;
        }

        if (covered == 0) return [new Segment(text, null)];
        if (covered < text.Length) segments.Add(new Segment(text.Part(covered, text.Length), null));
        return segments;
    }

    private static bool IsWordAt(AlignedText text, int index) => index >= 0 && index < text.Length && CodePoints.IsWord(text[index]);
}
