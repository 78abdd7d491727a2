using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Parquet;
using Parquet.Serialization;

namespace Platform.Data.Tests.Sources;

/// <summary>A row with what datasets have: texts, numbers, lists of structures, empty lists.</summary>
public sealed class SomeRow
{
    public string? Id { get; set; }

    public int Number { get; set; }

    public double? Share { get; set; }

    public bool Truth { get; set; }

    public byte[]? Bytes { get; set; }

    public List<SomeMessage>? Messages { get; set; }

    public List<string>? Labels { get; set; }

    /// <summary>Three rows; the second has empty lists and nulls.</summary>
    public static IReadOnlyList<SomeRow> Three { get; } =
    [
        new() { Id = "é", Number = 1, Share = 0.5, Truth = true, Bytes = [1, 2], Messages = [new() { Role = "user", Content = "a" }, new() { Role = "assistant", Content = "b" }], Labels = ["x", "y"] },
        new() { Id = "", Number = -2, Share = null, Messages = [], Labels = [] },
        new() { Id = "z", Number = 3, Share = double.NaN, Bytes = [], Messages = [new() { Role = "user", Content = null }], Labels = ["z"] },
    ];

    /// <summary>The three rows as JSON.</summary>
    public static IReadOnlyList<string> ThreeAsJson { get; } =
    [
        """{"Id":"é","Number":1,"Share":0.5,"Truth":true,"Bytes":"AQI=","Messages":[{"Role":"user","Content":"a"},{"Role":"assistant","Content":"b"}],"Labels":["x","y"]}""",
        """{"Id":"","Number":-2,"Share":null,"Truth":false,"Bytes":null,"Messages":[],"Labels":[]}""",
        """{"Id":"z","Number":3,"Share":null,"Truth":false,"Bytes":"","Messages":[{"Role":"user","Content":null}],"Labels":["z"]}""",
    ];

    public static async Task<byte[]> ParquetAsync(int rowGroup = 2)
    {
        var file = new MemoryStream();
        await ParquetSerializer.SerializeAsync(Three, file, new ParquetOptions { RowGroupSize = rowGroup });
        return file.ToArray();
    }

    /// <summary>As an IPC file, or as an IPC stream; the second batch has the third row.</summary>
    public static byte[] Arrow(bool asFile)
    {
        var content = new MemoryStream();
        var batches = new[] { Batch(Three.Take(2)), Batch(Three.Skip(2)) };
        using (var writer = asFile ? new ArrowFileWriter(content, batches[0].Schema, leaveOpen: true) : new ArrowStreamWriter(content, batches[0].Schema, leaveOpen: true))
        {
            foreach (var batch in batches) writer.WriteRecordBatch(batch);
            writer.WriteEnd();
        }

        return content.ToArray();
    }

    private static RecordBatch Batch(IEnumerable<SomeRow> rows)
    {
        var list = rows.ToList();
        var messages = list.SelectMany(row => row.Messages!).ToList();
        var message = new StructType([new Field("Role", StringType.Default, true), new Field("Content", StringType.Default, true)]);
        var structs = new StructArray(message, messages.Count, [Strings(messages.Select(one => one.Role)), Strings(messages.Select(one => one.Content))], ArrowBuffer.Empty);
        var offsets = new ArrowBuffer.Builder<int>().Append(0);
        var end = 0;
        foreach (var row in list) offsets.Append(end += row.Messages!.Count);
        return new RecordBatch.Builder()
            .Append("Id", true, Strings(list.Select(row => row.Id)))
            .Append("Number", true, Filled(new Int32Array.Builder(), (builder, row) => builder.Append(row.Number)).Build())
            .Append("Share", true, Filled(new DoubleArray.Builder(), (builder, row) => builder.Append(row.Share)).Build())
            .Append("Truth", true, Filled(new BooleanArray.Builder(), (builder, row) => builder.Append(row.Truth)).Build())
            .Append("Bytes", true, Filled(new BinaryArray.Builder(), (builder, row) => _ = row.Bytes is null ? builder.AppendNull() : builder.Append(row.Bytes)).Build())
            .Append("Messages", true, new ListArray(new ListType(message), list.Count, offsets.Build(), structs, ArrowBuffer.Empty))
            .Append("Labels", true, Lists(list))
            .Build();

        TBuilder Filled<TBuilder>(TBuilder builder, Action<TBuilder, SomeRow> append)
        {
            list.ForEach(row => append(builder, row));
            return builder;
        }
    }

    private static StringArray Strings(IEnumerable<string?> values) => new StringArray.Builder().AppendRange(values).Build();

    private static ListArray Lists(List<SomeRow> rows)
    {
        var lists = new ListArray.Builder(StringType.Default);
        foreach (var row in rows)
        {
            lists.Append();
            ((StringArray.Builder)lists.ValueBuilder).AppendRange(row.Labels!);
        }

        return lists.Build();
    }
}

/// <summary>A structure in a list.</summary>
public sealed class SomeMessage
{
    public string? Role { get; set; }

    public string? Content { get; set; }
}
