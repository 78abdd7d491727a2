using System.Text;
using Platform.Quantization.Gguf.Blocks;

namespace Platform.Quantization.Gguf;

/// <summary>Writes a GGUF file of version 3. Tensors' bytes are made one after the other, so only one is in memory.</summary>
public static class GgufWriter
{
    private const uint Version = 3;

    /// <param name="tensors">Name, type, shape with rows first, and what gives the numbers in float32, row by row.</param>
    public static void Write(string path, IReadOnlyList<(string Key, GgufValue Value)> values, IReadOnlyList<(string Name, GgufType Type, long[] Shape, Func<float[]> Numbers)> tensors)
    {
        using var stream = File.Create(path);
        using var writer = new BinaryWriter(stream);
        writer.Write(GgufFile.Magic);
        writer.Write(Version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)values.Count);
        foreach (var (key, value) in values)
        {
            Text(writer, key);
            Value(writer, value);
        }

        var offset = 0L;
        foreach (var (name, type, shape, _) in tensors)
        {
            Text(writer, name);
            writer.Write((uint)shape.Length);
            foreach (var size in shape.Reverse()) writer.Write((ulong)size);
            writer.Write(type.Id);
            writer.Write((ulong)offset);
            offset = Aligned(offset + type.Bytes(shape.Aggregate(1L, (product, size) => product * size)));
        }

        foreach (var (name, type, shape, numbers) in tensors)
        {
            Pad(writer);
            var given = numbers();
            if (given.Length != shape.Aggregate(1L, (product, size) => product * size)) throw new ArgumentException($"tensor '{name}' has {given.Length} numbers, which do not make [{string.Join(", ", shape)}].");
            writer.Write(type.Quantize(given));
        }

        Pad(writer);
    }

    private static void Value(BinaryWriter writer, GgufValue value)
    {
        if (value.IsList)
        {
            writer.Write((uint)GgufKind.Array);
            writer.Write((uint)value.Kind);
            writer.Write((ulong)value.Items.Count);
        }
        else
        {
            writer.Write((uint)value.Kind);
        }

        foreach (var item in value.Items) Item(writer, item);
    }

    private static void Item(BinaryWriter writer, object item)
    {
        switch (item)
        {
            case byte number: writer.Write(number); break;
            case sbyte number: writer.Write(number); break;
            case ushort number: writer.Write(number); break;
            case short number: writer.Write(number); break;
            case uint number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case bool flag: writer.Write((byte)(flag ? 1 : 0)); break;
            case ulong number: writer.Write(number); break;
            case long number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            case string text: Text(writer, text); break;
            default: throw new ArgumentException($"A GGUF header cannot hold a {item.GetType().Name}.");
        }
    }

    private static void Text(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static long Aligned(long offset) => (offset + GgufFile.DefaultAlignment - 1) / GgufFile.DefaultAlignment * GgufFile.DefaultAlignment;

    private static void Pad(BinaryWriter writer)
    {
        writer.Flush();
        writer.Write(new byte[Aligned(writer.BaseStream.Position) - writer.BaseStream.Position]);
    }
}
