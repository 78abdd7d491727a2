using System.Text.Json;

namespace Platform.Data.Sources;

/// <summary>The kinds of files rows are read from, by the names jobs and requests use.</summary>
public static class SourceKinds
{
    public const string JsonLines = "jsonl";
    public const string Json = "json";
    public const string Csv = "csv";
    public const string Tsv = "tsv";
    public const string Text = "text";
    public const string Paragraphs = "paragraphs";
    public const string Parquet = "parquet";
    public const string Arrow = "arrow";
    public const string AudioFolder = "audio-folder";

    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".jsonl"] = JsonLines,
        [".ndjson"] = JsonLines,
        [".json"] = Json,
        [".csv"] = Csv,
        [".tsv"] = Tsv,
        [".txt"] = Text,
        [".text"] = Text,
        [".md"] = Text,
        [".parquet"] = Parquet,
        [".arrow"] = Arrow,
        [".feather"] = Arrow,
        [".ipc"] = Arrow,
    };

    /// <summary>Every kind, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. new[] { JsonLines, Json, Csv, Tsv, Text, Paragraphs, Parquet, Arrow, AudioFolder }.Order(StringComparer.Ordinal)];

    /// <summary>The kind a file's name tells, also behind <c>.gz</c>; or null.</summary>
    public static string? OfName(string name)
    {
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) name = name[..^3];
        return ByExtension.GetValueOrDefault(Path.GetExtension(name));
    }

    /// <summary>
    /// The kind of a file: what its first bytes tell for certain, else its name; JSON lines where neither does. A file named
    /// .json holds JSON lines when its first line is a whole object and another line follows, as many published files do.
    /// </summary>
    /// <param name="head">How the file begins.</param>
    /// <param name="headIsAll">Whether that is all of it.</param>
    public static string Of(string name, ReadOnlySpan<byte> head, bool headIsAll)
    {
        if (head.StartsWith("PAR1"u8)) return Parquet;
        if (head.StartsWith("ARROW1"u8) || head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFF, 0xFF, 0xFF])) return Arrow;
        var kind = OfName(name);
        var text = head.TrimStart("\uFEFF \t\r\n"u8);
        if (kind is null) return text.StartsWith("["u8) ? Json : JsonLines;
        return kind == Json && text.StartsWith("{"u8) && IsFirstOfSeveralLines(text, headIsAll) ? JsonLines : kind;
    }

    private static bool IsFirstOfSeveralLines(ReadOnlySpan<byte> text, bool headIsAll)
    {
        var end = text.IndexOf((byte)'\n');
        if (end < 0 || (headIsAll && text[end..].Trim(" \t\r\n"u8).IsEmpty)) return false;
        var reader = new Utf8JsonReader(text[..end]);
        try
        {
            return reader.Read() && reader.TrySkip() && reader.BytesConsumed >= text[..end].TrimEnd(" \t\r"u8).Length;
        }
        catch (JsonException)
        {
            return false; // the object goes on in the next line
        }
    }
}
