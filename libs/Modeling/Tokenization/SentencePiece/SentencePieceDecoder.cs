using System.Buffers;
using System.Text;
using Platform.Modeling.Tokenization.Decoders;

namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>SentencePiece's decoding: marks become spaces, except the first; byte pieces become text, or one U+FFFD for each wrong byte.</summary>
internal sealed class SentencePieceDecoder(SentencePieceVocabulary vocabulary, SentencePieceFile file) : IDecoder
{
    private const string Mark = "▁";

    public List<string> Decode(List<string> tokens)
    {
        List<byte> bytes = [];
        var text = new StringBuilder();
        var dropsMark = file.AddDummyPrefix || file.RemoveExtraWhiteSpace;
        var (atStart, markSeen, start) = (dropsMark, false, 0);
        foreach (var token in tokens)
        {
            var id = vocabulary.IdOf(token) ?? vocabulary.UnknownId;
            if (vocabulary.ByteOf(id) is { } value)
            {
                bytes.Add((byte)value);
                continue;
            }

            Flush(bytes, text);
            if (token.Length > 0 && vocabulary.IdOf(token) is null)
            {
                // A special token from outside the model: what follows it is a text of its own.
                text.Append(token);
                (atStart, markSeen, start) = (dropsMark, false, text.Length);
                continue;
            }

            atStart &= !markSeen && text.Length == start;
            markSeen = atStart && vocabulary.TypeOf(id) is not (PieceType.Control or PieceType.Unknown)
                && token.StartsWith(Mark, StringComparison.Ordinal) && !file.RemoveExtraWhiteSpace;
            text.Append(Surface(token, id, atStart));
        }

        Flush(bytes, text);
        return [text.ToString()];
    }

    private string Surface(string token, int id, bool atStart) => vocabulary.TypeOf(id) switch
    {
        PieceType.Control => "",
        PieceType.Unknown => vocabulary.PieceOf(id) == token ? file.UnknownSurface : token,
        _ => (atStart && token.StartsWith(Mark, StringComparison.Ordinal) ? token[Mark.Length..] : token).Replace(Mark, " ", StringComparison.Ordinal),
    };

    private static void Flush(List<byte> bytes, StringBuilder text)
    {
        var rest = bytes.ToArray().AsSpan();
        while (rest.Length > 0)
        {
            // A sequence that breaks off is one U+FFFD for each of its bytes, not one for all.
            var whole = Rune.DecodeFromUtf8(rest, out var rune, out var consumed) == OperationStatus.Done;
            text.Append(whole ? rune.ToString() : "\uFFFD");
            rest = rest[(whole ? consumed : 1)..];
        }

        bytes.Clear();
    }
}
