using Platform.Modeling.Tokenization.AddedTokens;
using Platform.Modeling.Tokenization.Normalizers;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>
/// SentencePiece's normalisation: the longest rule of the character map first, white space cut down, spaces made visible, one
/// put in front. User-defined pieces stay as they are.
/// </summary>
internal sealed class SentencePieceNormalizer(SentencePieceFile file, TokenTrie<bool> userDefined) : INormalizer
{
    private const int Mark = 0x2581; // '▁'

    private readonly CharacterMap? _map = file.CharacterMap.Length == 0 ? null : new CharacterMap(file.CharacterMap);

    public AlignedText Normalize(AlignedText text)
    {
        var target = new List<(int Point, int Source)>(text.Length + 1);
        var position = 0;
        if (file.RemoveExtraWhiteSpace)
        {
            while (position < text.Length && Rewrite(text, position) is var (points, end) && points is [' ']) position = end;
        }

        if (position == text.Length) return AlignedText.Empty;
        if (file.AddDummyPrefix && !file.WhiteSpaceAsSuffix) target.Add((Space, position));
        var afterSpace = file.RemoveExtraWhiteSpace;
        while (position < text.Length)
        {
            var (points, end) = Rewrite(text, position);
            var from = 0;
            while (afterSpace && from < points.Length && points[from] == ' ') from++;
            foreach (var point in points.AsSpan(from)) target.Add((point == ' ' ? Space : point, position));
            if (from < points.Length) afterSpace = file.RemoveExtraWhiteSpace && points[^1] == ' ';
            position = end;
        }

        while (file.RemoveExtraWhiteSpace && target.Count > 0 && target[^1].Point == Space)
        {
            position = target[^1].Source;
            target.RemoveAt(target.Count - 1);
        }

        if (file.AddDummyPrefix && file.WhiteSpaceAsSuffix) target.Add((Space, position));
        return Align(text, target, position);
    }

    private int Space => file.EscapeWhiteSpace ? Mark : ' ';

    /// <summary>What the text at a place becomes, and where the next place is.</summary>
    private (int[] Points, int End) Rewrite(AlignedText text, int position)
    {
        if (userDefined.LongestAt(text.Points, position) is { } match) return (text.Points[position..match.End].ToArray(), match.End);
        if (_map?.Longest(text.Points[position..]) is { } rule) return (rule.Replacement, position + rule.Points);
        return ([text[position]], position + 1);
    }

    // A code point stands for everything from where it came from to where the next one did.
    private static AlignedText Align(AlignedText text, List<(int Point, int Source)> target, int end)
    {
        var (points, starts, ends) = (new int[target.Count], new int[target.Count], new int[target.Count]);
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = target[i].Point;
            starts[i] = Original(target[i].Source);
            ends[i] = Original(i + 1 < points.Length ? target[i + 1].Source : end);
        }

        return new AlignedText(points, starts, ends);

        int Original(int index) => index < text.Length ? text.StartOf(index) : text.EndOf(text.Length - 1);
    }
}
