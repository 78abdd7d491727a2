using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Platform.Data.Sources;

/// <summary>Gives a source's columns the names a format expects. A column that another one takes the name of is left out.</summary>
/// <param name="columnOf">By the format's field, the source's column.</param>
public sealed class RenamedColumns(IRowSource source, IReadOnlyDictionary<string, string> columnOf) : IRowSource
{
    private readonly ILookup<string, string> _fieldsOf = columnOf.ToLookup(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public async IAsyncEnumerable<SourceRow> ReadAsync(int maxRowBytes, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var renamed = new JsonRow();
        await foreach (var row in source.ReadAsync(maxRowBytes, cancellation))
            yield return row.Problem is null ? Rename(row, renamed) : row;
    }

    private SourceRow Rename(SourceRow row, JsonRow renamed)
    {
        try
        {
            using var document = JsonDocument.Parse(row.Json);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return row;
            return Missing(document.RootElement) is { } missing
                ? row with { Json = default, Problem = missing }
                : row with { Json = renamed.Write(writer => Write(document.RootElement, writer)) };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            return row; // no valid JSON or no valid text: whoever reads the row says so
        }
    }

    private void Write(JsonElement row, Utf8JsonWriter writer)
    {
        foreach (var column in row.EnumerateObject())
        {
            foreach (var field in _fieldsOf[column.Name])
            {
                writer.WritePropertyName(field);
                column.Value.WriteTo(writer);
            }

            if (!_fieldsOf.Contains(column.Name) && !columnOf.ContainsKey(column.Name)) column.WriteTo(writer);
        }
    }

    private string? Missing(JsonElement row)
    {
        var missing = columnOf.Where(pair => !row.TryGetProperty(pair.Value, out _)).Select(pair => $"there is no column '{pair.Value}', which is to be {pair.Key}").ToList();
        return missing.Count == 0 ? null : $"{string.Join("; ", missing)}; the row has {string.Join(", ", row.EnumerateObject().Select(column => column.Name))}";
    }
}
