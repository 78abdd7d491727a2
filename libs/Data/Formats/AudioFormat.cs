using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary><c>{"audio": {"path": "a.wav", "bytes": "base64 of a WAV file"}, "text": "..."}</c>; a folder of WAV files with transcripts gives such rows.</summary>
public sealed class AudioFormat : IRowFormat
{
    // "RIFF", the length, "WAVE", one chunk's header.
    private const int SmallestWave = 20;

    public string Name => "audio";

    /// <summary>64 MiB: four minutes of 16-bit stereo at 44.1 kHz, in base64.</summary>
    public int MaxRowBytes => 64 * 1024 * 1024;

    public IRow? Read(JsonElement line, ICollection<string> problems)
    {
        if (!RowFields.IsObject(line, "audio and text", problems)) return null;
        var before = problems.Count;
        var text = RowFields.RequiredText(line, "text", "text", problems);
        if (!line.TryGetProperty("audio", out var audio) || audio.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"audio is {(audio.ValueKind == JsonValueKind.Undefined ? "missing" : RowFields.Shown(audio))}; expected an object with path and bytes");
            return null;
        }

        var path = RowFields.OptionalText(audio, "path", "audio.path", problems);
        var wave = ReadWave(audio, problems);
        return problems.Count == before ? new AudioRow(path, wave, text!) : null;
    }

    private static byte[]? ReadWave(JsonElement audio, ICollection<string> problems)
    {
        if (!audio.TryGetProperty("bytes", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            problems.Add("audio.bytes is missing; expected the base64 of a WAV file, or name the folder with the files as the dataset");
            return null;
        }

        if (value.ValueKind != JsonValueKind.String || !value.TryGetBytesFromBase64(out var wave))
        {
            problems.Add($"audio.bytes is {RowFields.Shown(value)}; expected the base64 of a WAV file");
            return null;
        }

        if (wave.Length >= SmallestWave && wave.AsSpan().StartsWith("RIFF"u8) && wave.AsSpan(8).StartsWith("WAVE"u8)) return wave;
        problems.Add($"audio.bytes has {wave.Length} bytes that are no WAV file; expected one that starts with RIFF and WAVE");
        return null;
    }
}
