using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Operator.Phases;

/// <summary>The progress of a stage without steps; what training reached stays beside it.</summary>
internal static class StageProgress
{
    private const int LongestSummary = 128;

    public static ProgressStatus Of(ProgressStatus? trained, int percent, string activity)
    {
        var summary = activity.Length == 0 ? $"{percent}%" : $"{percent}% ({activity})";
        return (trained ?? new()) with
        {
            Percent = Math.Clamp(percent, 0, 100),
            Summary = summary.Length > LongestSummary ? summary[..LongestSummary] : summary,
            Eta = null,
            EtaSeconds = null,
        };
    }
}
