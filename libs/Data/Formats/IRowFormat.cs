using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>How one line of a dataset becomes a row.</summary>
public interface IRowFormat
{
    /// <summary>The name jobs and requests use: <c>prompt-completion</c>, <c>chat</c>, …</summary>
    string Name { get; }

    /// <summary>Longer rows are refused. 4 MiB: far beyond what a context window of 10^6 tokens needs per row, far below what hurts.</summary>
    int MaxRowBytes => 4 * 1024 * 1024;

    /// <summary>Reads the row, or adds every problem it has to <paramref name="problems"/> and returns null.</summary>
    IRow? Read(JsonElement line, ICollection<string> problems);
}
