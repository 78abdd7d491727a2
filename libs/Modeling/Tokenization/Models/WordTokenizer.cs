using System.Collections.Concurrent;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Models;

/// <summary>
/// Tokenizes the pieces of a text and remembers those of usual length, because words repeat. Safe for concurrent use.
/// </summary>
internal sealed class WordTokenizer(ITokenModel model)
{
    private const int RememberedWords = 100_000;
    private const int LongestRemembered = 256; // UTF-16 units

    private readonly ConcurrentDictionary<string, WordToken[]> _words = new(StringComparer.Ordinal);
    private readonly int? _mark = model.WordMark;

    /// <summary>A token of a word; its range counts code points.</summary>
    public readonly record struct WordToken(int Id, string Value, int Start, int End);

    /// <summary>The tokens of a piece. A piece of several words is tokenized word by word where the model allows it.</summary>
    public ReadOnlySpan<WordToken> Tokenize(ReadOnlySpan<int> piece)
    {
        if (_mark is not { } mark) return Word(piece);
        var end = NextWord(piece, 0, mark);
        if (end == piece.Length) return Word(piece);
        List<WordToken> tokens = new(piece.Length / 2);
        for (var start = 0; start < piece.Length; (start, end) = (end, NextWord(piece, end, mark)))
        {
            foreach (var token in Word(piece[start..end])) tokens.Add(token with { Start = start + token.Start, End = start + token.End });
        }

        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens);
    }

    private static int NextWord(ReadOnlySpan<int> piece, int from, int mark)
    {
        for (var i = from + 1; i < piece.Length; i++)
        {
            if (piece[i] == mark && piece[i - 1] != mark) return i;
        }

        return piece.Length;
    }

    private WordToken[] Word(ReadOnlySpan<int> piece)
    {
        if (piece.Length * 2 > LongestRemembered) return Compute(CodePoints.ToText(piece), piece);
        Span<char> chars = stackalloc char[LongestRemembered];
        var word = chars[..CodePoints.Encode(piece, chars)];
        if (_words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var known)) return known;
        var text = word.ToString();
        var tokens = Compute(text, piece);
        if (_words.Count < RememberedWords) _words[text] = tokens;
        return tokens;
    }

    private WordToken[] Compute(string word, ReadOnlySpan<int> piece)
    {
        var tokens = model.Tokenize(word);
        var points = PointOfEachByte(piece);
        var result = new WordToken[tokens.Count];
        for (var i = 0; i < result.Length; i++)
        {
            var (id, value, start, end) = tokens[i];
            // A token may cover nothing: all but the last of the bytes that stand for one character.
            result[i] = new WordToken(id, value, points[start], end == start ? points[start] : points[end - 1] + 1);
        }

        return result;
    }

    private static int[] PointOfEachByte(ReadOnlySpan<int> piece)
    {
        var length = 0;
        foreach (var point in piece) length += CodePoints.Utf8Length(point);
        var points = new int[length];
        var position = 0;
        for (var i = 0; i < piece.Length; i++)
        {
            for (var left = CodePoints.Utf8Length(piece[i]); left > 0; left--) points[position++] = i;
        }

        return points;
    }
}
