using System.Text.Json;

namespace Platform.Modeling.Tokenization.PreTokenizers;

/// <summary>What becomes of a delimiter.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

internal static class SplitBehaviors
{
    public static SplitBehavior Read(JsonElement behavior) => behavior.GetString() switch
    {
        "Removed" or "removed" => SplitBehavior.Removed,
        "Isolated" or "isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" or "merged_with_previous" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" or "merged_with_next" => SplitBehavior.MergedWithNext,
        "Contiguous" or "contiguous" => SplitBehavior.Contiguous,
        var other => throw new InvalidDataException($"behavior is '{other}'; expected Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous."),
    };

    /// <summary>The pieces of [start, end) given where the delimiters are.</summary>
    public static List<(int Start, int End)> Cut(
        this SplitBehavior behavior, int start, int end, IEnumerable<(int Start, int End)> delimiters, bool invert = false)
    {
        if (behavior == SplitBehavior.Isolated && delimiters is List<(int Start, int End)> found) return Isolate(start, end, found);
        List<(int Start, int End, bool Delimiter)> parts = [];
        var last = start;
        foreach (var match in delimiters)
        {
            if (match.Start > last) parts.Add((last, match.Start, invert));
            if (match.End > match.Start) parts.Add((match.Start, match.End, !invert));
            last = match.End;
        }

        if (last < end) parts.Add((last, end, invert));
        return Join(behavior, parts);
    }

    // What is a delimiter and what is not makes no difference here.
    private static List<(int Start, int End)> Isolate(int start, int end, List<(int Start, int End)> delimiters)
    {
        List<(int Start, int End)> pieces = new(delimiters.Count + 1);
        foreach (var match in delimiters)
        {
            if (match.Start > start) pieces.Add((start, match.Start));
            if (match.End > match.Start) pieces.Add(match);
            start = match.End;
        }

        if (start < end) pieces.Add((start, end));
        return pieces;
    }

    private static List<(int Start, int End)> Join(SplitBehavior behavior, List<(int Start, int End, bool Delimiter)> parts)
    {
        List<(int Start, int End)> pieces = new(parts.Count);
        var previousWasDelimiter = false;
        switch (behavior)
        {
            case SplitBehavior.MergedWithPrevious:
                foreach (var (start, end, delimiter) in parts)
                {
                    if (delimiter && !previousWasDelimiter && pieces.Count > 0) pieces[^1] = (pieces[^1].Start, end);
                    else pieces.Add((start, end));
                    previousWasDelimiter = delimiter;
                }

                return pieces;
            case SplitBehavior.MergedWithNext:
                foreach (var (start, end, delimiter) in Enumerable.Reverse(parts))
                {
                    if (delimiter && !previousWasDelimiter && pieces.Count > 0) pieces[^1] = (start, pieces[^1].End);
                    else pieces.Add((start, end));
                    previousWasDelimiter = delimiter;
                }

                pieces.Reverse();
                return pieces;
            case SplitBehavior.Contiguous:
                foreach (var (start, end, delimiter) in parts)
                {
                    if (delimiter == previousWasDelimiter && pieces.Count > 0) pieces[^1] = (pieces[^1].Start, end);
                    else pieces.Add((start, end));
                    previousWasDelimiter = delimiter;
                }

                return pieces;
            default:
                foreach (var (start, end, delimiter) in parts)
                {
                    if (!delimiter || behavior == SplitBehavior.Isolated) pieces.Add((start, end));
                }

                return pieces;
        }
    }
}
