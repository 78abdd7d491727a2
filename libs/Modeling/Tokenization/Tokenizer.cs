using Platform.Modeling.Tokenization.AddedTokens;
using Platform.Modeling.Tokenization.Decoders;
using Platform.Modeling.Tokenization.Models;
using Platform.Modeling.Tokenization.PostProcessors;
using Platform.Modeling.Tokenization.PreTokenizers;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization;

/// <summary>
/// The tokenizer of a model folder, as its <c>tokenizer.json</c> describes it. Immutable and safe for concurrent use.
/// </summary>
public sealed class Tokenizer
{
    private readonly AddedVocabulary _added;
    private readonly IPreTokenizer? _preTokenizer;
    private readonly ITokenModel _model;
    private readonly WordTokenizer _words;
    private readonly IPostProcessor? _postProcessor;
    private readonly IDecoder? _decoder;
    private readonly IReadOnlySet<int> _silent;
    private readonly TokenizerFiles _files;

    private readonly record struct Piece(AlignedText Text, int Start, int End, AddedToken? Added);

    private Tokenizer(TokenizerFiles files, TokenizerPipeline parts)
    {
        _files = files;
        (_added, _preTokenizer, _model, _postProcessor, _decoder) = (parts.Added, parts.PreTokenizer, parts.Model, parts.PostProcessor, parts.Decoder);
        _silent = parts.SilentIds;
        _words = new WordTokenizer(_model);
        Config = files.Config;
    }

    /// <summary>
    /// Reads the tokenizer of a folder: <c>tokenizer.json</c>, or else <c>tokenizer.model</c> (SentencePiece), <c>vocab.json</c>
    /// with <c>merges.txt</c>, or <c>vocab.txt</c>; and <c>tokenizer_config.json</c>.
    /// </summary>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or contradicts itself; the message names the file or the field.</exception>
    /// <exception cref="NotSupportedException">The tokenizer uses a part that is not supported; the message names it.</exception>
    public static Tokenizer Load(string folder)
    {
        var files = TokenizerFiles.Read(folder);
        return new Tokenizer(files, files.Pipeline());
    }

    /// <summary>The tokenizer of a <c>tokenizer.json</c> given as text; it has no named tokens.</summary>
    /// <exception cref="InvalidDataException">The definition is damaged or contradicts itself.</exception>
    /// <exception cref="NotSupportedException">The tokenizer uses a part that is not supported; the message names it.</exception>
    public static Tokenizer Parse(string definition)
    {
        var files = TokenizerFiles.Of(definition);
        return new Tokenizer(files, files.Pipeline());
    }

    /// <summary>What <c>tokenizer_config.json</c> says.</summary>
    public TokenizerConfig Config { get; }

    /// <summary>One more than the greatest id: the rows that an embedding needs.</summary>
    public int VocabularySize => Math.Max(
        _model.Vocabulary.Select(entry => entry.Value).DefaultIfEmpty(-1).Max(),
        _added.Tokens.Select(token => token.Id).DefaultIfEmpty(-1).Max()) + 1;

    public int? BosTokenId => IdOfNamed(Config.BosToken);

    public int? EosTokenId => IdOfNamed(Config.EosToken);

    public int? PadTokenId => IdOfNamed(Config.PadToken);

    public int? UnknownTokenId => IdOfNamed(Config.UnknownToken);

    public IReadOnlyCollection<AddedToken> AddedTokens => _added.Tokens;

    /// <summary>The token of that id; null where there is none.</summary>
    public string? TokenOf(int id) => _silent.Contains(id) ? "" : TokenToDecode(id);

    /// <summary>The id of that token; null where there is none.</summary>
    public int? IdOf(string token) => _added.IdOf(token) ?? _model.IdOf(token);

    /// <summary>Tokenizes a text.</summary>
    public Encoding Encode(string text, bool addSpecialTokens = true, Truncation? truncation = null) =>
        Finish(EncodeText(text, 0, null, truncation), null, addSpecialTokens, truncation);

    /// <summary>Tokenizes a pair of texts; offsets count within the text that a token belongs to.</summary>
    public Encoding EncodePair(string first, string second, bool addSpecialTokens = true, Truncation? truncation = null) =>
        Finish(EncodeText(first, 0, null, truncation), EncodeText(second, 1, null, truncation), addSpecialTokens, truncation);

    /// <summary>Tokenizes a text that is cut into words already; offsets count within the word, word ids are its index.</summary>
    public Encoding EncodeWords(IReadOnlyList<string> words, IReadOnlyList<string>? second = null, bool addSpecialTokens = true, Truncation? truncation = null) =>
        Finish(EncodeWords(words, 0, truncation), second is null ? null : EncodeWords(second, 1, truncation), addSpecialTokens, truncation);

    /// <summary>The text of the ids.</summary>
    /// <param name="skipSpecialTokens">Leave out added tokens marked as special.</param>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = false)
    {
        List<string> tokens = [];
        foreach (var id in ids)
        {
            if (skipSpecialTokens && _added.IsSpecial(id)) continue;
            if (TokenToDecode(id) is { } token) tokens.Add(token);
        }

        return _decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder.Decode(tokens));
    }

    /// <summary>Writes the files that the tokenizer was loaded from into a folder, byte by byte as they were.</summary>
    public void Save(string folder) => _files.Write(folder);

    /// <summary>
    /// Tokenizes what a chat template rendered: special tokens in it are found even where <see cref="Encode"/> takes them for text
    /// (ChatGLM3), and none are added.
    /// </summary>
    public Encoding EncodeTemplate(string text, Truncation? truncation = null) =>
        Finish(EncodeText(text, 0, null, truncation, specialTokens: true), null, addSpecialTokens: false, truncation);

    private string? TokenToDecode(int id) => _added.DecodedContentOf(id) ?? _model.TokenOf(id);

    private int? IdOfNamed(string? token) => token is null ? null : IdOf(token);

    private Encoding EncodeWords(IReadOnlyList<string> words, int sequence, Truncation? truncation) =>
        Encoding.Concat(words.Select((word, index) => EncodeText(word, sequence, index, truncation)));

    private Encoding EncodeText(string text, int sequence, int? word, Truncation? truncation, bool specialTokens = false)
    {
        var pieces = Pieces(text, specialTokens);
        var (first, last) = Wanted(pieces, truncation);
        var encoding = new Encoding();
        for (var i = first; i < last; i++)
        {
            var (source, start, end, added) = pieces[i];
            if (added is not null)
            {
                encoding.Add(added.Id, source.Slice(start, end), (source.StartOf(start), source.EndOf(end - 1)), sequence, word ?? i, sequence);
                continue;
            }

            foreach (var token in _words.Tokenize(source.Points[start..end]))
            {
                var from = source.StartOf(start + token.Start);
                var offsets = (from, token.End > token.Start ? source.EndOf(start + token.End - 1) : from);
                encoding.Add(token.Id, token.Value, offsets, sequence, word ?? i, sequence);
            }
        }

        return encoding;
    }

    private List<Piece> Pieces(string text, bool specialTokens)
    {
        List<Piece> pieces = [];
        foreach (var (source, added) in _added.Cut(AlignedText.Of(text), specialTokens))
        {
            if (added is not null)
            {
                pieces.Add(new Piece(source, 0, source.Length, added));
                continue;
            }

            var cut = new PreTokenizedText(source);
            _preTokenizer?.Apply(cut);
            foreach (var (start, end) in cut.Pieces) pieces.Add(new Piece(cut.Text, start, end, null));
        }

        return pieces;
    }

    // With a limit the reference tokenizes only as many pieces as fill it, so the overflow ends there too; but all of a text
    // with added tokens.
    private (int First, int Last) Wanted(List<Piece> pieces, Truncation? truncation)
    {
        if (truncation is null || pieces.Any(piece => piece.Added is not null)) return (0, pieces.Count);
        var tokens = 0;
        for (var i = 0; i < pieces.Count; i++)
        {
            var index = truncation.FromLeft ? pieces.Count - 1 - i : i;
            var (source, start, end, added) = pieces[index];
            tokens += added is not null ? 1 : _words.Tokenize(source.Points[start..end]).Length;
            if (tokens >= truncation.MaxLength) return truncation.FromLeft ? (index, pieces.Count) : (0, index + 1);
        }

        return (0, pieces.Count);
    }

    private Encoding Finish(Encoding first, Encoding? second, bool addSpecialTokens, Truncation? truncation)
    {
        var added = addSpecialTokens ? _postProcessor?.AddedTokens(second is not null) ?? 0 : 0;
        if (truncation is not null) (first, second) = truncation.Apply(first, second, added);
        List<Encoding> parts = second is null ? [first] : [first, second];
        return EncodingMerge.Merge(_postProcessor?.Process(parts, addSpecialTokens) ?? parts);
    }
}
