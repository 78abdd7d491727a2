using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>One training example as a row format read it.</summary>
public interface IRow
{
    /// <summary>Writes the row as the JSON object of its format: the same row always gives the same bytes.</summary>
    void WriteTo(Utf8JsonWriter writer);
}
