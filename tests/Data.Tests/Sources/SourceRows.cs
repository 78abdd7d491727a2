using System.Text;
using Platform.Data.Sources;

namespace Platform.Data.Tests.Sources;

/// <summary>Reads sources to the end.</summary>
internal static class SourceRows
{
    public static SourceFile File(string name, byte[] content) => new(name, _ => Task.FromResult<Stream>(new Unseekable(content)));

    public static SourceFile File(string name, string content) => File(name, Encoding.UTF8.GetBytes(content));

    public static Task<List<string>> OfAsync(string name, string content, string? kind = null, int maxRowBytes = 1 << 20) =>
        OfAsync(RowSources.OfFile(File(name, content), kind), maxRowBytes);

    /// <summary>Every row as its JSON, or as <c>NUMBER! PROBLEM</c>.</summary>
    public static async Task<List<string>> OfAsync(IRowSource source, int maxRowBytes = 1 << 20)
    {
        List<string> rows = [];
        await foreach (var row in source.ReadAsync(maxRowBytes, TestContext.Current.CancellationToken))
            rows.Add(row.Problem is { } problem ? $"{row.File}{row.Number}! {problem}" : Encoding.UTF8.GetString(row.Json.Span));
        return rows;
    }

    /// <summary>What an object store gives: read once, never back.</summary>
    private sealed class Unseekable(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
