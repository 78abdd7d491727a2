namespace Platform.Modeling.Tokenization;

/// <summary>Which text gives way when a pair is too long.</summary>
public enum TruncationStrategy
{
    /// <summary>The longer one, until both are equally long.</summary>
    LongestFirst,
    OnlyFirst,
    OnlySecond,
}

/// <summary>How an encoding is shortened.</summary>
/// <param name="MaxLength">Tokens that may stay, with special tokens.</param>
/// <param name="Stride">Tokens that neighbouring windows of the overflow share.</param>
/// <param name="FromLeft">Cut off the beginning instead of the end.</param>
public sealed record Truncation(int MaxLength, TruncationStrategy Strategy = TruncationStrategy.LongestFirst, int Stride = 0, bool FromLeft = false)
{
    internal (Encoding First, Encoding? Second) Apply(Encoding first, Encoding? second, int addedTokens)
    {
        // Where the special tokens alone are too many, nothing is cut: as the reference does it.
        if (addedTokens > MaxLength) return (first, second);
        var limit = MaxLength - addedTokens;
        if (limit == 0) return (Cut(first, 0), second is null ? null : Cut(second, 0));
        var excess = first.Length + (second?.Length ?? 0) - limit;
        if (excess <= 0) return (first, second);
        switch (Strategy)
        {
            case TruncationStrategy.LongestFirst when second is null:
                return (Cut(first, limit), null);
            case TruncationStrategy.LongestFirst:
                var (firstLength, secondLength) = Share(first.Length, second.Length, limit);
                return (Cut(first, firstLength), Cut(second, secondLength));
            case TruncationStrategy.OnlyFirst:
                return (Cut(first, Remaining(first, excess)), second);
            default:
                if (second is null) throw new ArgumentException("strategy is OnlySecond; expected a second text to truncate.");
                return (first, Cut(second, Remaining(second, excess)));
        }
    }

    private static int Remaining(Encoding target, int excess) => target.Length > excess
        ? target.Length - excess
        : throw new ArgumentException($"{excess} tokens must go, but the text to truncate has only {target.Length}; raise MaxLength or choose LongestFirst.");

    private static (int First, int Second) Share(int first, int second, int limit)
    {
        var (shorter, longer) = first <= second ? (first, second) : (second, first);
        longer = shorter > limit ? shorter : Math.Max(shorter, limit - shorter);
        if (shorter + longer > limit) (shorter, longer) = (limit / 2, (limit / 2) + (limit % 2));
        return first <= second ? (shorter, longer) : (longer, shorter);
    }

    private Encoding Cut(Encoding encoding, int length)
    {
        if (length >= encoding.Length) return encoding;
        if (length == 0)
        {
            var nothing = new Encoding();
            nothing.Overflowing.Add(encoding);
            return nothing;
        }

        if (Stride >= length) throw new ArgumentException($"stride is {Stride}; expected less than the {length} tokens that a window has for text.");
        var windows = Windows(encoding.Length, length).Select(window => encoding.Slice(window.Start, window.End)).ToList();
        windows[0].Overflowing.AddRange(windows.Skip(1));
        return windows[0];
    }

    private IEnumerable<(int Start, int End)> Windows(int count, int length)
    {
        var step = length - Stride;
        if (FromLeft)
        {
            for (var end = count; end > 0; end -= step)
            {
                yield return (Math.Max(0, end - length), end);
                if (end <= length) yield break;
            }
        }

        for (var start = 0; start < count && !FromLeft; start += step)
        {
            yield return (start, Math.Min(start + length, count));
            if (start + length >= count) yield break;
        }
    }
}
