using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.FineTuning.Tasks;
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
        var read = new SuiteRows(suite, rows);
        if (reader.Report.BadRows > 0) throw read.Invalid(new BadRowsException(reader.Report.BadRows, reader.Report.Problems).Message);
        return rows.Count > 0 ? read : throw read.Invalid("no rows.");
    }

    /// <summary>The failure of a run whose rows are at fault.</summary>
    /// <param name="has">Completes <c>URI has …</c>.</param>
    public WorkerFailureException Invalid(string has, Exception? inner = null) => new(FailureReasons.DatasetInvalid, $"{Suite.Rows.Uri} has {has}", inner: inner);

    /// <summary>Every row with what a task makes of it.</summary>
    /// <param name="encode">may throw <see cref="RowRefusedException"/></param>
    /// <exception cref="WorkerFailureException">Rows are refused; the message lists the first.</exception>
    public IReadOnlyList<(IRow Row, T Encoded)> Encoded<T>(Func<IRow, T> encode)
    {
        List<(IRow Row, T Encoded)> encoded = [];
        List<RowProblem> problems = [];
        foreach (var (index, row) in Rows.Index())
        {
            try
            {
                encoded.Add((row, encode(row)));
            }
            catch (RowRefusedException refusal)
            {
                problems.Add(new RowProblem(index + 1, refusal.Message));
            }
        }

        return problems.Count == 0 ? encoded : throw Invalid(new BadRowsException(problems.Count, [.. problems.Take(RowReadReport.KeptProblems)]).Message);
    }
}
