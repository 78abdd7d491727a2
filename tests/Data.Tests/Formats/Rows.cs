using System.Text;
using Platform.Data.Formats;

namespace Platform.Data.Tests.Formats;

/// <summary>Reads rows out of text.</summary>
internal static class Rows
{
    public static Task<(List<IRow> Rows, RowReadReport Report)> ReadAsync(string format, string text) =>
        ReadAsync(format, new MemoryStream(Encoding.UTF8.GetBytes(text)));

    public static async Task<(List<IRow> Rows, RowReadReport Report)> ReadAsync(string format, Stream source, int? maxRowBytes = null)
    {
        var reader = new RowReader(RowFormats.Get(format), maxRowBytes);
        List<IRow> rows = [];
        await foreach (var row in reader.ReadAsync(source)) rows.Add(row);
        return (rows, reader.Report);
    }
}
