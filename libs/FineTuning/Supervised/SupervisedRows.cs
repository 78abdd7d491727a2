using Platform.Data.Collation;
using Platform.Data.Formats;
using Platform.Modeling.ChatTemplates;

namespace Platform.FineTuning.Supervised;

/// <summary>A dataset as tokens with labels.</summary>
/// <param name="Rows">In the order of the dataset.</param>
/// <param name="LeftOut">How many rows had nothing to learn within the length.</param>
public sealed record SupervisedRows(IReadOnlyList<SupervisedExample> Rows, int LeftOut)
{
    /// <summary>How many rows were longer than the length, among them those left out.</summary>
    public int Cut { get; init; }

    /// <summary>How many tokens the rows had before they were cut.</summary>
    public long Tokens { get; init; }

    /// <summary>How many of them were cut off.</summary>
    public long TokensCut { get; init; }

    /// <summary>Reads JSON lines.</summary>
    /// <exception cref="BadRowsException">Rows cannot be read, or the chat template refuses them.</exception>
    /// <exception cref="ChatTemplateMissingException">The rows are conversations, and there is no chat template.</exception>
    public static async Task<SupervisedRows> ReadAsync(Stream content, IRowFormat format, SupervisedEncoder encoder, CancellationToken cancellation)
    {
        var reader = new RowReader(format);
        var builder = new Builder(encoder);
        await foreach (var row in reader.ReadAsync(content, cancellation)) builder.Add(row, reader.Report.Rows);
        return builder.Build(reader.Report);
    }

    /// <summary>Rows that were read before, counted from 1 in the order given.</summary>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    public static SupervisedRows Of(IEnumerable<IRow> rows, SupervisedEncoder encoder)
    {
        var builder = new Builder(encoder);
        foreach (var (index, row) in rows.Index()) builder.Add(row, index + 1);
        return builder.Build(new RowReadReport());
    }

    private sealed class Builder(SupervisedEncoder encoder)
    {
        private readonly List<SupervisedExample> _rows = [];
        private readonly List<RowProblem> _problems = [];
        private long _refused;
        private SupervisedRows _counts = new([], 0);

        public void Add(IRow row, long line)
        {
            try
            {
                var whole = encoder.Whole(row);
                var fitted = encoder.Fitted(row, whole);
                if (fitted is not null) _rows.Add(fitted);
                var excess = Math.Max(0, whole.Length - encoder.MaxLength);
                _counts = _counts with
                {
                    LeftOut = _counts.LeftOut + (fitted is null ? 1 : 0),
                    Cut = _counts.Cut + (excess > 0 ? 1 : 0),
                    Tokens = _counts.Tokens + whole.Length,
                    TokensCut = _counts.TokensCut + excess,
                };
            }
            catch (TemplateException refusal)
            {
                if (_refused++ < RowReadReport.KeptProblems) _problems.Add(new RowProblem(line, $"the chat template refuses the conversation: {refusal.Message}"));
            }
        }

        public SupervisedRows Build(RowReadReport report) => report.BadRows + _refused == 0
            ? _counts with { Rows = _rows }
            : throw new BadRowsException(report.BadRows + _refused, [.. report.Problems.Concat(_problems).OrderBy(problem => problem.Line).Take(RowReadReport.KeptProblems)]);
    }
}
