using Platform.FineTuning.Texts;

namespace Platform.FineTuning.QuestionAnswering;

/// <summary>A question with a part of its context; all lists have one entry per position.</summary>
/// <param name="Context">The code points of the context that a position holds; null outside of it.</param>
/// <param name="NoAnswerPosition">What start and end are where the part does not hold the answer.</param>
public sealed record QuestionWindow(
    IReadOnlyList<int> Ids, IReadOnlyList<int> TypeIds, IReadOnlyList<int> AttentionMask, IReadOnlyList<(int Start, int End)?> Context, int NoAnswerPosition)
{
    /// <summary>What a model reads.</summary>
    public EncodedText Text => new(Ids, TypeIds, AttentionMask);

    /// <summary>The first and last position of an answer, both the position of none if the window does not hold all of it.</summary>
    /// <param name="start">The answer's first code point in the context; null: there is no answer.</param>
    /// <param name="length">In code points.</param>
    public (int First, int Last) PositionsOf(int? start, int length)
    {
        var none = (NoAnswerPosition, NoAnswerPosition);
        int[] positions = [.. Context.Index().Where(item => item.Item is not null).Select(item => item.Index)];
        if (start is null || positions.Length == 0) return none;
        if (Context[positions[0]]!.Value.Start > start || Context[positions[^1]]!.Value.End < start + length) return none;
        return (positions.Last(position => Context[position]!.Value.Start <= start), positions.First(position => Context[position]!.Value.End >= start + length));
    }
}
