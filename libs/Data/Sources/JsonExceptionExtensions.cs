using System.Text.Json;

namespace Platform.Data.Sources;

/// <summary>What a JSON reader found wrong, without the position.</summary>
internal static class JsonExceptionExtensions
{
    // The exception's own text repeats the position behind its first sentence.
    public static string Cause(this JsonException broken)
    {
        var end = broken.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? broken.Message : broken.Message[..end]).TrimEnd('.');
    }
}
