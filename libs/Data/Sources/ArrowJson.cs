using System.Text.Json;
using Apache.Arrow;

namespace Platform.Data.Sources;

/// <summary>
/// Writes one value of an Arrow array as JSON. Offsets of a damaged file may point anywhere: only accessors that check them are
/// used (<c>GetBytes</c>, not <c>GetString</c>, which reads memory that is not the file's), and lists may not overlap.
/// </summary>
internal static class ArrowJson
{
    /// <exception cref="NotSupportedException">Rows cannot hold values of this type.</exception>
    public static void Write(Utf8JsonWriter writer, IArrowArray array, int index)
    {
        if (array.IsNull(index))
        {
            writer.WriteNullValue();
            return;
        }

        switch (array)
        {
            case StructArray part:
                WriteStruct(writer, part, index);
                break;
            case ListArray list:
                CheckOffsets(list.ValueOffsets[index], list.ValueOffsets[index + 1], list.Values.Length);
                WriteList(writer, list.GetSlicedValues(index));
                break;
            case LargeListArray list:
                CheckOffsets(list.ValueOffsets[index], list.ValueOffsets[index + 1], list.Values.Length);
                WriteList(writer, list.GetSlicedValues(index));
                break;
            case FixedSizeListArray list:
                WriteList(writer, list.GetSlicedValues(index));
                break;
            case DictionaryArray dictionary:
                Write(writer, dictionary.Dictionary, checked((int)Integer(dictionary.Indices, index)));
                break;
            case StringArray strings:
                writer.WriteStringValue(strings.GetBytes(index));
                break;
            case LargeStringArray strings:
                writer.WriteStringValue(strings.GetBytes(index));
                break;
            case StringViewArray strings:
                writer.WriteStringValue(strings.GetBytes(index));
                break;
            default:
                JsonScalar.Write(writer, Scalar(array, index));
                break;
        }
    }

    private static void CheckOffsets(long start, long end, int values)
    {
        if (start < 0 || end < start || end > values) throw new InvalidDataException($"a list reaches from {start} to {end} of {values} values");
    }

    private static void WriteStruct(Utf8JsonWriter writer, StructArray part, int index)
    {
        var type = (Apache.Arrow.Types.StructType)part.Data.DataType;
        writer.WriteStartObject();
        for (var field = 0; field < part.Fields.Count; field++)
        {
            writer.WritePropertyName(type.Fields[field].Name);
            Write(writer, part.Fields[field], index);
        }

        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, IArrowArray values)
    {
        writer.WriteStartArray();
        for (var i = 0; i < values.Length; i++) Write(writer, values, i);
        writer.WriteEndArray();
    }

    private static object? Scalar(IArrowArray array, int index) => array switch
    {
        BinaryArray bytes => bytes.GetBytes(index).ToArray(),
        LargeBinaryArray bytes => bytes.GetBytes(index).ToArray(),
        BinaryViewArray bytes => bytes.GetBytes(index).ToArray(),
        BooleanArray truths => truths.GetValue(index),
        FloatArray numbers => numbers.GetValue(index),
        DoubleArray numbers => numbers.GetValue(index),
        HalfFloatArray numbers => numbers.GetValue(index),
        UInt64Array numbers => numbers.GetValue(index),
        TimestampArray times => times.GetTimestamp(index),
        Date32Array dates => dates.GetDateTime(index),
        Date64Array dates => dates.GetDateTime(index),
        _ => Integer(array, index),
    };

    private static long Integer(IArrowArray array, int index) => array switch
    {
        Int8Array numbers => numbers.GetValue(index)!.Value,
        Int16Array numbers => numbers.GetValue(index)!.Value,
        Int32Array numbers => numbers.GetValue(index)!.Value,
        Int64Array numbers => numbers.GetValue(index)!.Value,
        UInt8Array numbers => numbers.GetValue(index)!.Value,
        UInt16Array numbers => numbers.GetValue(index)!.Value,
        UInt32Array numbers => numbers.GetValue(index)!.Value,
        _ => throw new NotSupportedException($"a column of the type {array.Data.DataType.Name} cannot be read; convert it to strings or numbers"),
    };
}
