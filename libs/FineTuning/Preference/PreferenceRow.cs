using Platform.Data.Collation;

namespace Platform.FineTuning.Preference;

/// <summary>A prompt with the answer that was preferred and the one that was not, as token ids.</summary>
public sealed record PreferenceRow(IReadOnlyList<int> Prompt, IReadOnlyList<int> Chosen, IReadOnlyList<int> Rejected)
{
    /// <summary>Whether a row that keeps its start holds any of the answers.</summary>
    public bool HasRoomForAnswers(int maxLength) => Prompt.Count < maxLength;

    /// <summary>All chosen rows, then all rejected, for one pass; labels are -100 on prompts, the answers' own ids elsewhere.</summary>
    /// <param name="maxLength">Longer rows are cut; null: none is.</param>
    /// <param name="keepEnd">Cut off the start instead of the end.</param>
    public static IReadOnlyList<SupervisedExample> Concatenated(IReadOnlyList<PreferenceRow> rows, int? maxLength = null, bool keepEnd = false)
    {
        return [.. rows.Select(row => Joined(row.Prompt, row.Chosen)), .. rows.Select(row => Joined(row.Prompt, row.Rejected))];

        SupervisedExample Joined(IReadOnlyList<int> prompt, IReadOnlyList<int> answer) =>
            new SupervisedExample([.. prompt, .. answer], [.. prompt.Select(_ => SupervisedExample.IgnoredLabel), .. answer]).Truncate(maxLength ?? int.MaxValue, keepEnd);
    }
}
