using System.Text.Json;

namespace Platform.Modeling.Checkpoints;

/// <summary>
/// The header of a safetensors file, checked completely before any tensor is touched: the file may come from anyone.
/// Format: 8 bytes little-endian header length, JSON, data; https://github.com/huggingface/safetensors#format.
/// </summary>
internal sealed record SafeTensorsHeader(IReadOnlyList<SafeTensorsEntry> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>What the reference implementation allows.</summary>
    public const long MaximumLength = 100_000_000;

    private const string MetadataKey = "__metadata__";

    /// <exception cref="CheckpointException">The header breaks a rule of the format.</exception>
    public static SafeTensorsHeader Parse(string file, ReadOnlyMemory<byte> json, long dataLength)
    {
        Dictionary<string, string> metadata = [];
        List<SafeTensorsEntry> tensors = [];
        HashSet<string> names = [];
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (!names.Add(property.Name)) throw Broken(file, $"the name '{property.Name}' occurs twice");
                if (property.Name == MetadataKey)
                {
                    foreach (var item in property.Value.EnumerateObject()) metadata[item.Name] = item.Value.GetString() ?? "";
                }
                else
                {
                    tensors.Add(Entry(file, property.Name, property.Value, dataLength));
                }
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            var place = names.Count > 0 ? $" at or after '{names.Last()}'" : "";
            throw new CheckpointException($"'{file}' is no safetensors file: its header is malformed{place}: {failure.Message}", failure);
        }

        CheckPlaces(file, tensors, dataLength);
        return new SafeTensorsHeader(tensors, metadata);
    }

    private static SafeTensorsEntry Entry(string file, string name, JsonElement element, long dataLength)
    {
        var dtype = element.GetProperty("dtype").GetString() ?? "";
        long[] shape = [.. element.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] offsets = [.. element.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];

        if (SafeTensorsDtypes.BitsOf(dtype) is not { } bits) throw Broken(file, $"tensor '{name}' has the unknown type '{dtype}'");
        if (shape.Any(size => size < 0)) throw Broken(file, $"tensor '{name}' has a negative size: [{string.Join(", ", shape)}]");
        if (offsets is not [var begin, var end] || begin < 0 || end < begin) throw Broken(file, $"tensor '{name}' has the offsets [{string.Join(", ", offsets)}]");
        if (end > dataLength) throw Broken(file, $"tensor '{name}' ends at byte {end} of the data, which has {dataLength}: the file is truncated");
        if (ByteCount(shape, bits) is not { } size || size != end - begin)
        {
            throw Broken(file, $"tensor '{name}' of type {dtype} and shape [{string.Join(", ", shape)}] does not fill its {end - begin} bytes");
        }

        return new SafeTensorsEntry(name, dtype, shape, begin, end);
    }

    private static long? ByteCount(long[] shape, int bits)
    {
        try
        {
            var total = shape.Aggregate((long)bits, (product, size) => checked(product * size));
            return total % 8 == 0 ? total / 8 : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>The data is one gapless sequence: nothing overlaps, nothing is hidden between tensors.</summary>
    private static void CheckPlaces(string file, List<SafeTensorsEntry> tensors, long dataLength)
    {
        var position = 0L;
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            if (tensor.Begin != position)
            {
                throw Broken(file, $"tensor '{tensor.Name}' begins at byte {tensor.Begin} instead of {position}: tensors {(tensor.Begin < position ? "overlap" : "leave a gap")}");
            }

            position = tensor.End;
        }

        if (position != dataLength) throw Broken(file, $"the tensors end at byte {position} of the data, which has {dataLength}");
    }

    private static CheckpointException Broken(string file, string what) => new($"'{file}' is damaged: {what}.");
}
