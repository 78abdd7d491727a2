using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Platform.Data.Sources;

/// <summary>
/// A folder of WAV files: with <c>metadata.csv</c> or <c>metadata.jsonl</c>, whose rows have <c>file_name</c> and <c>text</c> or
/// <c>transcription</c>, as Hugging Face's audiofolder; or with a <c>NAME.txt</c> beside every <c>NAME.wav</c>. The rows hold the
/// recordings themselves.
/// </summary>
internal sealed class AudioFolderSource : IRowSource
{
    private readonly Dictionary<string, SourceFile> _files;
    private readonly SourceFile? _metadata;

    private AudioFolderSource(Dictionary<string, SourceFile> files, SourceFile? metadata) => (_files, _metadata) = (files, metadata);

    public static bool IsRecording(SourceFile file) => file.Name.EndsWith(".wav", StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when there is neither a recording nor a list of them.</summary>
    public static AudioFolderSource? Of(IEnumerable<SourceFile> folder)
    {
        var files = folder.ToDictionary(file => file.Name, StringComparer.Ordinal);
        var metadata = files.GetValueOrDefault("metadata.jsonl") ?? files.GetValueOrDefault("metadata.csv");
        return metadata is null && !files.Values.Any(IsRecording) ? null : new AudioFolderSource(files, metadata);
    }

    public IAsyncEnumerable<SourceRow> ReadAsync(int maxRowBytes, CancellationToken cancellation) =>
        _metadata is null ? TranscriptsAsync(maxRowBytes, cancellation) : ListedAsync(RowSources.OfFile(_metadata), maxRowBytes, cancellation);

    private async IAsyncEnumerable<SourceRow> TranscriptsAsync(int maxRowBytes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var json = new JsonRow();
        foreach (var (index, recording) in _files.Values.Where(IsRecording).OrderBy(file => file.Name, StringComparer.Ordinal).Index())
        {
            var transcript = recording.Name[..^4] + ".txt";
            if (!_files.TryGetValue(transcript, out var file)) yield return Broken(index + 1, $"there is no {transcript} beside {recording.Name}, nor a metadata.csv or metadata.jsonl");
            else if (await ReadAsync(recording, maxRowBytes, cancellation) is not { } wave) yield return Broken(index + 1, TooLong(recording, maxRowBytes));
            else if (await ReadAsync(file, maxRowBytes, cancellation) is not { } text) yield return Broken(index + 1, TooLong(file, maxRowBytes));
            else yield return new SourceRow(index + 1, json.Write(writer => Write(writer, recording.Name, wave, Encoding.UTF8.GetString(text).Trim())));
        }
    }

    private async IAsyncEnumerable<SourceRow> ListedAsync(IRowSource list, int maxRowBytes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var json = new JsonRow();
        await foreach (var row in list.ReadAsync(maxRowBytes, cancellation))
        {
            if (row.Problem is not null) yield return row;
            else if (Entry(row.Json) is not { } entry) yield return Broken(row.Number, $"the row of {_metadata!.Name} needs file_name and text or transcription, all of them strings");
            else if (!_files.TryGetValue(entry.File, out var recording)) yield return Broken(row.Number, $"file_name is '{entry.File}'; there is no such file in the dataset's folder");
            else if (await ReadAsync(recording, maxRowBytes, cancellation) is not { } wave) yield return Broken(row.Number, TooLong(recording, maxRowBytes));
            else yield return row with { Json = json.Write(writer => Write(writer, entry.File, wave, entry.Text)) };
        }
    }

    private static (string File, string Text)? Entry(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && Text("file_name") is { } file && (Text("text") ?? Text("transcription")) is { } text ? (file, text) : null;

            string? Text(string field) => document.RootElement.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            return null; // told as a row without its fields
        }
    }

    private static void Write(Utf8JsonWriter writer, string path, byte[] wave, string text)
    {
        writer.WriteStartObject("audio");
        writer.WriteString("path", path);
        writer.WriteBase64String("bytes", wave);
        writer.WriteEndObject();
        writer.WriteString("text", text);
    }

    // Null when the file is longer than a row may be.
    private static async Task<byte[]?> ReadAsync(SourceFile file, int maxBytes, CancellationToken cancellation)
    {
        await using var content = await file.OpenAsync(cancellation);
        var window = new SlidingWindow(content, maxBytes);
        while (!window.AtEnd)
        {
            if (!await window.GrowAsync(cancellation)) return null;
        }

        return window.Content.ToArray();
    }

    private static SourceRow Broken(long number, string problem) => SourceRow.Broken(number, problem);

    private static string TooLong(SourceFile file, int maxBytes) => $"{file.Name} has more than {maxBytes} bytes; cut it into shorter recordings";
}
