using System.Text;

namespace Platform.FineTuning.QuestionAnswering;

/// <summary>
/// Finds the likeliest answers in the logits of a question's windows: sums of the best start and end logits whose span lies in the context and
/// is short enough, over all windows, with a softmax over those kept. As <c>postprocess_qa_predictions</c> of transformers' examples.
/// Differs from it: where only empty answers are found, the answer is empty instead of an error.
/// </summary>
public sealed record AnswerSearch
{
    /// <summary>How many starts and ends of each window are tried, and how many answers are kept.</summary>
    public int Best { get; init; } = 20;

    /// <summary>In tokens.</summary>
    public int MaxLength { get; init; } = 30;

    /// <summary>Whether there may be no answer, as in SQuAD 2.0.</summary>
    public bool MayHaveNone { get; init; }

    /// <summary>How much the score of no answer must exceed that of the best answer to win.</summary>
    public double NoneThreshold { get; init; }

    /// <param name="windows">With one start and one end logit per position.</param>
    /// <exception cref="ArgumentException">There are no windows, or logits are missing.</exception>
    public FoundAnswer Find(string context, IReadOnlyList<(QuestionWindow Window, float[] Starts, float[] Ends)> windows)
    {
        if (windows.Count == 0) throw new ArgumentException("windows is empty; expected at least one.", nameof(windows));
        if (windows.Any(item => item.Starts.Length != item.Window.Ids.Count || item.Ends.Length != item.Window.Ids.Count))
            throw new ArgumentException("a window has other than one start and one end logit per position.", nameof(windows));

        var none = windows.Select(item => new Span(0, 0, item.Starts[0], item.Ends[0])).MinBy(span => span.Score);
        var spans = windows.SelectMany(Spans).Concat(MayHaveNone ? [none] : []).OrderByDescending(span => span.Score).Take(Best).ToList();
        if (MayHaveNone && !spans.Any(span => span is { First: 0, End: 0 })) spans.Add(none);

        var points = context.EnumerateRunes().ToArray();
        var candidates = spans.ConvertAll(span => (Text: Text(points, span), span.Start, span.Finish, span.Score));
        if (candidates.Count == 0 || candidates is [{ Text: "" }]) candidates.Insert(0, ("empty", 0, 0, 0));
        var highest = candidates.Max(candidate => candidate.Score);
        var total = candidates.Sum(candidate => Math.Exp(candidate.Score - highest));
        List<RankedAnswer> ranked = [.. candidates.Select(candidate => new RankedAnswer(candidate.Text, candidate.Start, candidate.Finish, Math.Exp(candidate.Score - highest) / total))];
        if (!MayHaveNone) return new FoundAnswer(ranked[0].Text, ranked, null);

        var best = ranked.Find(answer => answer.Text.Length > 0);
        double? odds = best is null ? null : none.Score - best.StartLogit - best.EndLogit;
        return new FoundAnswer(best is null || odds > NoneThreshold ? "" : best.Text, ranked, odds);
    }

    private IEnumerable<Span> Spans((QuestionWindow Window, float[] Starts, float[] Ends) item) =>
        from start in Highest(item.Starts)
        from end in Highest(item.Ends)
        where end >= start && end - start < MaxLength && item.Window.Context[start] is not null && item.Window.Context[end] is not null
        select new Span(item.Window.Context[start]!.Value.Start, item.Window.Context[end]!.Value.End, item.Starts[start], item.Ends[end]);

    // Of equal logits the later position comes first, as in a reversed stable sort.
    private IEnumerable<int> Highest(float[] logits) => Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).ThenByDescending(i => i).Take(Best);

    private static string Text(Rune[] points, Span span) => string.Concat(points.Skip(span.First).Take(span.End - span.First).Select(rune => rune.ToString()));

    private readonly record struct Span(int First, int End, float Start, float Finish)
    {
        public float Score => Start + Finish;
    }
}

/// <summary>What was found for a question.</summary>
/// <param name="Text">The answer; empty: none.</param>
/// <param name="Ranked">The likeliest first, at the end perhaps that there is none.</param>
/// <param name="NoneOdds">By how much the score of no answer exceeds the best answer's; null where there must be one or none was found.</param>
public sealed record FoundAnswer(string Text, IReadOnlyList<RankedAnswer> Ranked, double? NoneOdds);

/// <summary>A possible answer.</summary>
/// <param name="Probability">Among the answers kept.</param>
public sealed record RankedAnswer(string Text, float StartLogit, float EndLogit, double Probability);
