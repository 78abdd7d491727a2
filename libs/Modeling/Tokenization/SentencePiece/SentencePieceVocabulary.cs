namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>The pieces of a SentencePiece model by id and by text, and what they may be used for.</summary>
internal sealed class SentencePieceVocabulary
{
    private readonly IReadOnlyList<(string Piece, float Score, PieceType Type)> _pieces;
    private readonly Dictionary<string, int> _ofText = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _reserved = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly int[] _ofByte = new int[256];

    public SentencePieceVocabulary(SentencePieceFile file)
    {
        _pieces = file.Pieces;
        UnknownId = -1;
        Array.Fill(_ofByte, -1);
        for (var id = 0; id < _pieces.Count; id++)
        {
            var (piece, score, type) = _pieces[id];
            if (!(FindsText(type) ? _ofText : _reserved).TryAdd(piece, id)) throw new InvalidDataException($"tokenizer.model: pieces[{id}] repeats '{piece}'.");
            if (type == PieceType.Unknown) UnknownId = UnknownId < 0 ? id : throw new InvalidDataException($"tokenizer.model: pieces[{id}] is a second unknown piece, after pieces[{UnknownId}].");
            if (type == PieceType.Byte) _ofByte[ByteOf(id) ?? throw new InvalidDataException($"tokenizer.model: pieces[{id}] is of type byte, but '{piece}'; expected <0x00> to <0xFF>.")] = id;
            LongestPiece = Math.Max(LongestPiece, piece.Length);
            if (type != PieceType.Normal) continue;
            LowestScore = Math.Min(LowestScore, score);
            HighestScore = Math.Max(HighestScore, score);
        }

        if (UnknownId < 0) throw new InvalidDataException("tokenizer.model has no piece of type unknown.");
        if (file.ByteFallback && _ofByte.Contains(-1)) throw new InvalidDataException($"tokenizer.model has byte_fallback, but no piece <0x{Array.IndexOf(_ofByte, -1):X2}>.");
        _lookup = _ofText.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count => _pieces.Count;

    public int UnknownId { get; }

    /// <summary>UTF-16 units of the longest piece.</summary>
    public int LongestPiece { get; }

    /// <summary>The lowest score of a normal piece.</summary>
    public float LowestScore { get; } = float.MaxValue;

    /// <summary>The highest score of a normal piece; the reference starts from the least positive number.</summary>
    public float HighestScore { get; } = 1.17549435e-38f; // C's FLT_MIN

    /// <summary>The pieces that text is searched for, as they are.</summary>
    public IEnumerable<string> UserDefined => _pieces.Where(piece => piece.Type == PieceType.UserDefined).Select(piece => piece.Piece);

    /// <summary>The pieces that text can become.</summary>
    public IEnumerable<string> OfText => _ofText.Keys;

    public string PieceOf(int id) => _pieces[id].Piece;

    public float ScoreOf(int id) => _pieces[id].Score;

    public PieceType TypeOf(int id) => _pieces[id].Type;

    public int IdOfByte(byte value) => _ofByte[value];

    /// <summary>The id of a piece that text can become; -1 where there is none.</summary>
    public int Find(ReadOnlySpan<char> text) => _lookup.TryGetValue(text, out var id) ? id : -1;

    /// <summary>The id of a piece of any type.</summary>
    public int? IdOf(string piece) => _reserved.TryGetValue(piece, out var id) || _ofText.TryGetValue(piece, out id) ? id : null;

    /// <summary>The byte that a piece like <c>&lt;0x0A&gt;</c> stands for.</summary>
    public int? ByteOf(int id) =>
        _pieces[id] is (['<', '0', 'x', var high, var low, '>'], _, PieceType.Byte) && IsUpperHex(high) && IsUpperHex(low) ? Convert.ToInt32($"{high}{low}", 16) : null;

    private static bool IsUpperHex(char digit) => digit is (>= '0' and <= '9') or (>= 'A' and <= 'F');

    private static bool FindsText(PieceType type) => type is PieceType.Normal or PieceType.UserDefined or PieceType.Unused;
}
