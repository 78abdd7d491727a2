using System.Collections;
using System.Globalization;
using System.Text.Json;
using Parquet.Schema;

namespace Platform.Data.Sources;

/// <summary>Writes the values of a Parquet row as JSON. The reader leaves out nulls and empty lists; the schema tells which it was.</summary>
internal static class ParquetJson
{
    public static void WriteFields(Utf8JsonWriter writer, IEnumerable<Field> fields, IDictionary<string, object> row)
    {
        foreach (var field in fields)
        {
            writer.WritePropertyName(field.Name);
            WriteField(writer, field, row.TryGetValue(field.Name, out var value) ? value : null);
        }
    }

    private static void WriteField(Utf8JsonWriter writer, Field field, object? value)
    {
        switch (field)
        {
            case ListField list:
                WriteList(writer, list.Item, value as IEnumerable);
                break;
            case StructField part when value is IDictionary<string, object> members:
                writer.WriteStartObject();
                WriteFields(writer, part.Fields, members);
                writer.WriteEndObject();
                break;
            case MapField map when value is IDictionary entries:
                writer.WriteStartObject();
                foreach (DictionaryEntry entry in entries)
                {
                    writer.WritePropertyName(Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!);
                    WriteField(writer, map.Value, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case DataField { IsArray: true } array when value is IEnumerable and not (string or byte[]):
                WriteList(writer, null, (IEnumerable)value);
                break;
            default:
                JsonScalar.Write(writer, value);
                break;
        }
    }

    private static void WriteList(Utf8JsonWriter writer, Field? item, IEnumerable? values)
    {
        writer.WriteStartArray();
        foreach (var value in values ?? Array.Empty<object>())
        {
            if (item is null) JsonScalar.Write(writer, value);
            else WriteField(writer, item, value);
        }

        writer.WriteEndArray();
    }
}
