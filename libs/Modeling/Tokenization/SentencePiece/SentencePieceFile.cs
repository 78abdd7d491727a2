namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>How SentencePiece treats a piece; the numbers are those of <c>sentencepiece_model.proto</c>.</summary>
internal enum PieceType
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>What a SentencePiece <c>tokenizer.model</c> says, with the defaults of <c>sentencepiece_model.proto</c>.</summary>
internal sealed class SentencePieceFile
{
    private const int Unigram = 1;
    private const int BytePair = 2;

    private SentencePieceFile(ReadOnlySpan<byte> content)
    {
        var message = new WireReader(content, "ModelProto");
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    _pieces.Add(ReadPiece(message.Bytes()));
                    break;
                case 2:
                    ReadTrainer(message.Bytes());
                    break;
                case 3:
                    ReadNormalizer(message.Bytes());
                    break;
                case 5:
                    DenormalizerMap = ReadMap(message.Bytes());
                    break;
                default:
                    message.Skip();
                    break;
            }
        }
    }

    private List<(string Piece, float Score, PieceType Type)> _pieces = [];
    private long _modelType = Unigram;

    /// <summary>A piece's id is its place.</summary>
    public IReadOnlyList<(string Piece, float Score, PieceType Type)> Pieces => _pieces;

    public bool IsBytePair => _modelType == BytePair;

    public bool ByteFallback { get; private set; }

    public bool WhiteSpaceAsSuffix { get; private set; }

    /// <summary>What decoding shows for the unknown token.</summary>
    public string UnknownSurface { get; private set; } = " \u2047 ";

    public byte[] CharacterMap { get; private set; } = [];

    public byte[] DenormalizerMap { get; } = [];

    public bool AddDummyPrefix { get; private set; } = true;

    public bool RemoveExtraWhiteSpace { get; private set; } = true;

    public bool EscapeWhiteSpace { get; private set; } = true;

    /// <exception cref="InvalidDataException">The content is no whole SentencePiece model.</exception>
    /// <exception cref="NotSupportedException">It is one of a kind that is not supported.</exception>
    public static SentencePieceFile Read(ReadOnlySpan<byte> content)
    {
        var file = new SentencePieceFile(content);
        if (file._pieces.Count == 0) throw new InvalidDataException("tokenizer.model has no pieces; expected a SentencePiece model.");
        if (file._modelType is not (Unigram or BytePair))
            throw new NotSupportedException($"tokenizer.model has trainer_spec.model_type {file._modelType}; supported are 1 (unigram) and 2 (BPE).");
        if (file.DenormalizerMap.Length > 0) throw new NotSupportedException("tokenizer.model has a denormalizer_spec, which is not supported.");
        return file;
    }

    /// <summary>The same model with other names for its first pieces.</summary>
    public SentencePieceFile Naming(params IReadOnlyList<string> first)
    {
        var copy = (SentencePieceFile)MemberwiseClone();
        copy._pieces = [.. _pieces.Select((piece, id) => id < first.Count ? piece with { Piece = first[id] } : piece)];
        return copy;
    }

    private (string Piece, float Score, PieceType Type) ReadPiece(ReadOnlySpan<byte> content)
    {
        var (piece, score, type) = ("", 0f, PieceType.Normal);
        var message = new WireReader(content, $"pieces[{_pieces.Count}]");
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    piece = message.Text();
                    break;
                case 2:
                    score = message.Float();
                    break;
                case 3:
                    type = (PieceType)message.Integer();
                    break;
                default:
                    message.Skip();
                    break;
            }
        }

        if (piece.Length == 0) throw new InvalidDataException($"tokenizer.model: pieces[{_pieces.Count}] is empty.");
        if (!float.IsFinite(score)) throw new InvalidDataException($"tokenizer.model: pieces[{_pieces.Count}] has the score {score}; expected a finite number.");
        if (!Enum.IsDefined(type)) throw new InvalidDataException($"tokenizer.model: pieces[{_pieces.Count}] has the type {(int)type}; expected 1 to 6.");
        return (piece, score, type);
    }

    private void ReadTrainer(ReadOnlySpan<byte> content)
    {
        var message = new WireReader(content, "trainer_spec");
        while (message.Next())
        {
            switch (message.Field)
            {
                case 3:
                    _modelType = message.Integer();
                    break;
                case 24:
                    WhiteSpaceAsSuffix = message.Flag();
                    break;
                case 35:
                    ByteFallback = message.Flag();
                    break;
                case 44:
                    UnknownSurface = message.Text();
                    break;
                default:
                    message.Skip();
                    break;
            }
        }
    }

    private void ReadNormalizer(ReadOnlySpan<byte> content)
    {
        CharacterMap = ReadMap(content);
        var message = new WireReader(content, "normalizer_spec");
        while (message.Next())
        {
            switch (message.Field)
            {
                case 3:
                    AddDummyPrefix = message.Flag();
                    break;
                case 4:
                    RemoveExtraWhiteSpace = message.Flag();
                    break;
                case 5:
                    EscapeWhiteSpace = message.Flag();
                    break;
                default:
                    message.Skip();
                    break;
            }
        }
    }

    private static byte[] ReadMap(ReadOnlySpan<byte> content)
    {
        byte[] map = [];
        var message = new WireReader(content, "normalizer_spec");
        while (message.Next())
        {
            if (message.Field == 2) map = message.Bytes().ToArray();
            else message.Skip();
        }

        return map;
    }
}
