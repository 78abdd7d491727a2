using System.Buffers.Binary;
using Platform.Data;
using Platform.Data.Formats;

namespace Platform.Datasets.Api;

/// <summary>A source's rows after checking: in canonical form, split into two files, with their digest. Only split keys are held in memory.</summary>
internal sealed class CheckedRows
{
    private const int LengthBytes = sizeof(int);

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

    public static async Task<CheckedRows> ReadAsync(Stream source, IRowFormat format, DatasetSplit split, ScratchFolder scratch, CancellationToken cancellation)
    {
        var reader = new RowReader(format);
        using var digest = new DatasetDigest(format.Name, split);
        var labels = new LabelNames();
        List<UInt128> keys = [];
        var canonical = scratch.File("rows");
        await using (var file = new BufferedStream(File.Create(canonical)))
        {
            await foreach (var row in reader.ReadAsync(source, cancellation))
            {
                if (reader.Report.BadRows > 0) continue; // only the problems matter from here
                var bytes = CanonicalRow.Of(row);
                digest.Append(bytes);
                labels.Add(row);
                keys.Add(split.KeyOf(bytes));
                WriteRow(file, bytes);
            }
        }

        var assignment = split.Assign(keys);
        var rows = new CheckedRows
        {
            Report = reader.Report,
            Refusal = WhyNot(reader.Report, split, keys, assignment),
            Labels = labels.InOrder(),
            TrainFile = scratch.File("train.jsonl"),
            ValidationFile = scratch.File("validation.jsonl"),
        };
        if (rows.Refusal is not null) return rows;
        rows.Digest = digest.Finish();
        rows.Split(canonical, keys, assignment, cancellation);
        return rows;
    }

    private static string? WhyNot(RowReadReport report, DatasetSplit split, List<UInt128> keys, DatasetSplit.Assignment assignment)
    {
        if (report.BadRows > 0) return $"{report.BadRows} of {report.Rows} rows cannot be trained on; correct the lines listed{(report.BadRows > report.Problems.Count ? $" (the first {report.Problems.Count})" : "")} and submit again.";
        if (report.Rows == 0) return "The dataset has no rows; expected at least one JSON object per line.";
        return split.ValidationShare > 0 && !keys.Any(assignment.IsValidation)
            ? $"No row can be held back for validation: all {report.Rows} rows are the same. Set validation_share to 0 or add different rows."
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
