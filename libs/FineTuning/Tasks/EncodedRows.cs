using Platform.Data.Formats;
using Platform.FineTuning.Supervised;

namespace Platform.FineTuning.Tasks;

/// <summary>A dataset as what a task's objective takes; one row can give several.</summary>
/// <param name="LeftOut">how many rows gave none</param>
internal sealed record EncodedRows<T>(IReadOnlyList<T> Rows, int LeftOut)
{
    /// <param name="encode">may throw <see cref="RowRefusedException"/>, which becomes a problem of the row's line</param>
    /// <exception cref="BadRowsException">Rows cannot be read or encoded; the message lists the first.</exception>
    public static async Task<EncodedRows<T>> ReadAsync(Stream content, IRowFormat format, Func<IRow, IReadOnlyList<T>> encode, CancellationToken stop)
    {
        var reader = new RowReader(format);
        List<T> rows = [];
        List<RowProblem> refused = [];
        var (leftOut, bad) = (0, 0L);
        await foreach (var row in reader.ReadAsync(content, stop))
        {
            try
            {
                var encoded = encode(row);
                rows.AddRange(encoded);
                if (encoded.Count == 0) leftOut++;
            }
            catch (RowRefusedException refusal)
            {
                if (bad++ < RowReadReport.KeptProblems) refused.Add(new RowProblem(reader.Report.Rows, refusal.Message));
            }
        }

        bad += reader.Report.BadRows;
        return bad == 0 ? new(rows, leftOut) : throw new BadRowsException(bad, [.. reader.Report.Problems.Concat(refused).OrderBy(problem => problem.Line).Take(RowReadReport.KeptProblems)]);
    }
}
