using Platform.FineTuning.Reports;

namespace Platform.FineTuning.Analysis;

/// <summary>What a finished run left behind for analysis.</summary>
/// <param name="Data">null: nothing is known of it</param>
public sealed record RunHistory(IReadOnlyList<MetricRecord> Records, DataLosses? Data = null)
{
    /// <summary>The steps, in their order.</summary>
    public IReadOnlyList<MetricRecord> Steps { get; } = [.. Records.Where(record => record.Loss is not null).OrderBy(record => record.Step)];

    /// <summary>The measurements on validation rows, in their order.</summary>
    public IReadOnlyList<MetricRecord> Measurements { get; } = [.. Records.Where(record => record.EvalLoss is not null).OrderBy(record => record.Step)];
}

/// <summary>What of the training data a run never saw.</summary>
/// <param name="Rows">all rows</param>
/// <param name="LeftOut">rows with nothing to learn within the length</param>
/// <param name="Cut">rows that lost their end or their start</param>
public sealed record DataLosses(long Rows, long LeftOut, long Cut);
