namespace Platform.Metrics.Likelihoods;

/// <summary>
/// Cuts a long document into windows so that every token is predicted once: the first window from a prefix token, every other with as much
/// context as fits, at least so many tokens as asked. Differs from lm-evaluation-harness' <c>get_rolling_token_windows</c>: none.
/// </summary>
public static class RollingWindows
{
    /// <param name="tokens">The document.</param>
    /// <param name="prefix">Stands before its first token.</param>
    /// <param name="length">The longest input of the model.</param>
    /// <param name="context">The least context after the first window, 1..length.</param>
    public static IEnumerable<TokenRequest> Of(IReadOnlyList<int> tokens, int prefix, int length, int context = 1)
    {
        if (length < 1) throw new ArgumentOutOfRangeException(nameof(length), length, "length must be at least 1.");
        if (context < 1 || context > length) throw new ArgumentOutOfRangeException(nameof(context), context, $"context must lie in 1..{length}.");
        return Windows([prefix, .. tokens], length, context);
    }

    // The input of a window that predicts all[from..to] is all[max(0, to - 1 - length)..(to - 1)]; what of it is not predicted is context.
    private static IEnumerable<TokenRequest> Windows(int[] all, int length, int context)
    {
        for (var from = 1; from < all.Length;)
        {
            var to = Math.Min(all.Length, from + (from == 1 ? length : length - context + 1));
            yield return new TokenRequest(all[Math.Max(0, to - 1 - length)..from], all[from..to]);
            from = to;
        }
    }
}

/// <summary>Asks how likely a continuation is after a context of at least one token.</summary>
public sealed record TokenRequest(IReadOnlyList<int> Context, IReadOnlyList<int> Continuation);
