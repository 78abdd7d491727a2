using System.Buffers.Binary;
using Platform.Data;
using Platform.Data.Formats;
using Platform.Data.Sources;
using Platform.Data.Statistics;

namespace Platform.Datasets.Api;

/// <summary>A source's rows after checking: in canonical form, split into two files, with their digest. Of every row only its key of 16 bytes is held in memory.</summary>
internal sealed class CheckedRows
{
    private const int LengthBytes = sizeof(int);

    // What a job's status holds without growing out of proportion, and far more than text classification has.
    private const int MostLabels = 1000;
    private const int LongestLabel = 1024;

    public required RowReadReport Report { get; init; }

    /// <summary>Why the rows cannot be used, or null.</summary>
    public required string? Refusal { get; init; }

    public string Digest { get; private set; } = "";
    public required string TrainFile { get; init; }
    public required string ValidationFile { get; init; }

    /// <summary>See <see cref="LabelNames"/>.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    public long TrainRows { get; private set; }
    public long ValidationRows { get; private set; }

    public required RowStatistics Statistics { get; init; }

    public static async Task<CheckedRows> ReadAsync(IRowSource source, IRowFormat format, RowFilter filter, DatasetSplit split, ScratchFolder scratch, CancellationToken cancellation)
    {
        var reader = new RowReader(format);
        var (statistics, labels) = (new RowStatistics(), new LabelNames());
        using var digest = new DatasetDigest(format.Name, split);
        List<UInt128> keys = [];
        var canonical = scratch.File("rows");
        await using (var file = new BufferedStream(File.Create(canonical)))
        {
            await foreach (var row in reader.ReadAsync(source, cancellation))
            {
                if (reader.Report.BadRows > 0) continue; // only the problems matter from here
                var bytes = CanonicalRow.Of(row);
                var (texts, key) = (RowTexts.Of(bytes), split.KeyOf(bytes));
                if (!filter.Keeps(texts, key)) continue;
                statistics.Add(row, texts, key);
                labels.Add(row);
                digest.Append(bytes);
                keys.Add(key);
                WriteRow(file, bytes);
            }
        }

        var assignment = split.Assign(keys);
        var rows = new CheckedRows
        {
            Report = reader.Report,
            Statistics = statistics,
            Labels = labels.InOrder(),
            Refusal = WhyNot(reader.Report, split, keys, assignment) ?? WhyNot(labels.InOrder()),
            TrainFile = scratch.File("train.jsonl"),
            ValidationFile = scratch.File("validation.jsonl"),
        };
        if (rows.Refusal is not null) return rows;
        rows.Digest = digest.Finish();
        rows.Split(canonical, keys, assignment, cancellation);
        return rows;
    }

    private static string? WhyNot(IReadOnlyList<string> labels)
    {
        const string Next = "Is the right column mapped to the label?";
        if (labels.Count > MostLabels) return $"The rows have {labels.Count} different labels; expected at most {MostLabels}. {Next}";
        var longest = labels.Count == 0 ? 0 : labels.Max(label => label.Length);
        return longest > LongestLabel ? $"A label has {longest} characters; expected at most {LongestLabel}. {Next}" : null;
    }

    private static string? WhyNot(RowReadReport report, DatasetSplit split, List<UInt128> keys, DatasetSplit.Assignment assignment)
    {
        if (report.BadRows > 0) return $"{report.BadRows} of {report.Rows} rows cannot be trained on; correct the rows listed{(report.BadRows > report.Problems.Count ? $" (the first {report.Problems.Count})" : "")} and submit again.";
        if (report.Rows == 0) return "The dataset has no rows; expected at least one.";
        if (keys.Count == 0) return $"The filter left out all {report.Rows} rows; widen it.";
        return split.ValidationShare > 0 && !keys.Any(assignment.IsValidation)
            ? $"No row can be held back for validation: all {keys.Count} rows are the same. Set validation_share to 0 or add different rows."
            : null;
    }

    private void Split(string canonical, List<UInt128> keys, DatasetSplit.Assignment assignment, CancellationToken cancellation)
    {
        using var source = new BufferedStream(File.OpenRead(canonical));
        using var train = new BufferedStream(File.Create(TrainFile));
        using var validation = new BufferedStream(File.Create(ValidationFile));
        foreach (var key in keys)
        {
            cancellation.ThrowIfCancellationRequested();
            var held = assignment.IsValidation(key);
            var target = held ? validation : train;
            target.Write(ReadRow(source));
            target.WriteByte((byte)'\n');
            if (held) ValidationRows++;
            else TrainRows++;
        }
    }

    private static void WriteRow(Stream file, byte[] row)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt32LittleEndian(length, row.Length);
        file.Write(length);
        file.Write(row);
    }

    private static byte[] ReadRow(Stream file)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        file.ReadExactly(length);
        var row = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        file.ReadExactly(row);
        return row;
    }
}
