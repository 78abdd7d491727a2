using Platform.Data.Formats;
using Platform.Protos.Evaluation.V1;
using Platform.Workers;

namespace Platform.Evaluation.Worker;

/// <summary>A suite's rows, read once for all subjects.</summary>
internal sealed record SuiteRows(Suite Suite, IReadOnlyList<IRow> Rows)
{
    /// <exception cref="WorkerFailureException">A row cannot be read; the message lists the first bad lines.</exception>
    public static async Task<SuiteRows> ReadAsync(Suite suite, string field, WorkerRun run, CancellationToken cancellation)
    {
        var reader = new RowReader(RowFormats.Get(suite.Format));
        List<IRow> rows = [];
        await using var content = File.OpenRead(await run.FetchAsync(suite.Rows, $"{field}.rows", cancellation));
        await foreach (var row in reader.ReadAsync(content, cancellation)) rows.Add(row);
        if (reader.Report.BadRows > 0)
            throw new WorkerFailureException(FailureReasons.DatasetInvalid, $"{suite.Rows.Uri} has {reader.Report.BadRows} bad rows: {string.Join("; ", reader.Report.Problems.Select(problem => $"line {problem.Line}: {problem.Reason}"))}");
        return rows.Count > 0 ? new SuiteRows(suite, rows) : throw new WorkerFailureException(FailureReasons.DatasetInvalid, $"{suite.Rows.Uri} has no rows.");
    }
}
