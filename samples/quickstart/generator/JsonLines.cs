using System.Text.Encodings.Web;
using System.Text.Json;

namespace Platform.Quickstart.Generator;

/// <summary>Writes the rows of a dataset, one JSON object a line.</summary>
public static class JsonLines
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text<T>(IEnumerable<T> rows) => string.Concat(rows.Select(row => JsonSerializer.Serialize(row, Options) + "\n"));
}
