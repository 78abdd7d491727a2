using Platform.Data.Cache;
using Platform.Data.Collation;
using Platform.Data.Formats;
using Platform.Data.Statistics;
using Platform.Modeling.ChatTemplates;

namespace Platform.FineTuning.Supervised;

/// <summary>A dataset as tokens with labels.</summary>
/// <param name="Rows">In the order of the dataset.</param>
/// <param name="LeftOut">How many rows had nothing to learn within the length.</param>
public sealed record SupervisedRows(IReadOnlyList<SupervisedExample> Rows, int LeftOut)
{
    /// <summary>How long the rows were before they were cut, and how much of them is learned.</summary>
    public TokenStatistics Tokens { get; init; } = new();

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

    /// <summary>Reads JSON lines into a cache on disk, or takes them from there: the rows are read as they are needed, and disposed by the caller.</summary>
    /// <inheritdoc cref="ReadAsync(Stream, IRowFormat, SupervisedEncoder, CancellationToken)" path="/exception"/>
    public static async Task<SupervisedRows> ReadAsync(Stream content, IRowFormat format, SupervisedEncoder encoder, TokenCache cache, TokenCacheKey key, CancellationToken cancellation)
    {
        const string LeftOut = "left_out";
        var rows = await cache.OpenAsync(key, async add =>
        {
            var reader = new RowReader(format);
            var builder = new Builder(encoder, add);
            await foreach (var row in reader.ReadAsync(content, cancellation)) builder.Add(row, reader.Report.Rows);
            var built = builder.Build(reader.Report);
            return built.Tokens.ToCounts().Append(new(LeftOut, built.LeftOut)).ToDictionary();
        });
        return new(rows, (int)rows.Counts[LeftOut]) { Tokens = TokenStatistics.FromCounts(rows.Counts) };
    }

    /// <summary>Rows that were read before, counted from 1 in the order given.</summary>
    /// <inheritdoc cref="ReadAsync(Stream, IRowFormat, SupervisedEncoder, CancellationToken)" path="/exception"/>
    public static SupervisedRows Of(IEnumerable<IRow> rows, SupervisedEncoder encoder)
    {
        var builder = new Builder(encoder);
        foreach (var (index, row) in rows.Index()) builder.Add(row, index + 1);
        return builder.Build(new RowReadReport());
    }

    /// <param name="keep">Takes the rows instead of the result; null: the result has them.</param>
    private sealed class Builder(SupervisedEncoder encoder, Action<SupervisedExample>? keep = null)
    {
        private readonly List<SupervisedExample> _rows = [];
        private readonly List<RowProblem> _problems = [];
        private long _refused;
        private readonly TokenStatistics _tokens = new();
        private int _leftOut;

        public void Add(IRow row, long line)
        {
            try
            {
                var whole = encoder.Whole(row);
                var fitted = encoder.Fitted(row, whole);
                if (fitted is null) _leftOut++;
                else (keep ?? _rows.Add)(fitted);
                _tokens.Add(whole, fitted);
            }
            catch (TemplateException refusal)
            {
                if (_refused++ < RowReadReport.KeptProblems) _problems.Add(new RowProblem(line, $"the chat template refuses the conversation: {refusal.Message}"));
            }
        }

        public SupervisedRows Build(RowReadReport report) => report.BadRows + _refused == 0
            ? new SupervisedRows(_rows, _leftOut) { Tokens = _tokens }
            : throw new BadRowsException(report.BadRows + _refused, [.. report.Problems.Concat(_problems).OrderBy(problem => problem.Line).Take(RowReadReport.KeptProblems)]);
    }
}
