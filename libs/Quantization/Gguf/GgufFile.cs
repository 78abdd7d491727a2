using System.Text;
using Platform.Quantization.Gguf.Blocks;
using static TorchSharp.torch;

namespace Platform.Quantization.Gguf;

/// <summary>Reads a GGUF file: a header of named values and tensors, then their bytes.</summary>
/// <remarks>
/// <c>GGUF</c>, version (2 or 3), tensor count, value count; values; tensor names, sizes, types, offsets; data, aligned to
/// <c>general.alignment</c> (32). Little-endian. See ggml's docs/gguf.md.
/// </remarks>
public sealed class GgufFile : IDisposable
{
    internal const uint Magic = 0x46554747;
    internal const string AlignmentKey = "general.alignment";
    internal const uint DefaultAlignment = 32;
    private const int MostDimensions = 4;

    private readonly FileStream _stream;
    private readonly string _path;

    private GgufFile(string path)
    {
        _path = path;
        _stream = File.OpenRead(path);
    }

    public uint Version { get; private set; }

    public IReadOnlyDictionary<string, GgufValue> Values { get; private set; } = new Dictionary<string, GgufValue>();

    public IReadOnlyDictionary<string, GgufTensor> Tensors { get; private set; } = new Dictionary<string, GgufTensor>();

    /// <summary>The first byte of the data.</summary>
    public long DataOffset { get; private set; }

    /// <exception cref="InvalidDataException">It is no such file, or damaged or cut short.</exception>
    /// <exception cref="NotSupportedException">It is of another version or holds types that this library lacks.</exception>
    public static GgufFile Open(string path)
    {
        var file = new GgufFile(path);
        try
        {
            file.ReadHeader();
            return file;
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException or OverflowException or DecoderFallbackException)
        {
            file.Dispose();
            throw new InvalidDataException($"'{path}' is no whole GGUF file: {e.Message}", e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The bytes of a tensor.</summary>
    public byte[] ReadBytes(string name)
    {
        var tensor = Tensor(name);
        var bytes = new byte[tensor.Bytes];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(_stream.SafeFileHandle, bytes.AsSpan(read), DataOffset + tensor.Offset + read) is var count and > 0) read += count;
        return read == bytes.Length ? bytes : throw new InvalidDataException($"'{_path}': tensor '{name}' ends early; the file is cut short.");
    }

    /// <summary>A tensor in float32; the caller disposes it.</summary>
    public Tensor Read(string name)
    {
        var tensor = Tensor(name);
        var result = empty(tensor.Shape, dtype: ScalarType.Float32);
        using var memory = new Nf4.TensorMemory(result);
        tensor.Type.Dequantize(ReadBytes(name), memory.Memory);
        return result;
    }

    public void Dispose() => _stream.Dispose();

    private GgufTensor Tensor(string name) => Tensors.GetValueOrDefault(name) ?? throw new InvalidDataException($"'{_path}' lacks the tensor '{name}'.");

    private void ReadHeader()
    {
        using var reader = new BinaryReader(_stream, new UTF8Encoding(false, throwOnInvalidBytes: true), leaveOpen: true);
        if (reader.ReadUInt32() != Magic) throw new InvalidDataException($"'{_path}' is no GGUF file: it does not begin with 'GGUF'.");
        Version = reader.ReadUInt32();
        if (Version is not (2 or 3)) throw new NotSupportedException($"'{_path}' is of GGUF version {Version}; versions 2 and 3 are supported.");
        var (tensorCount, valueCount) = (Count(reader), Count(reader));
        Dictionary<string, GgufValue> values = [];
        for (var i = 0L; i < valueCount; i++)
        {
            var key = Text(reader);
            if (!values.TryAdd(key, Value(reader))) throw new InvalidDataException($"'{_path}' holds the value '{key}' twice.");
        }

        Dictionary<string, GgufTensor> tensors = [];
        for (var i = 0L; i < tensorCount; i++)
        {
            var tensor = Entry(reader);
            if (!tensors.TryAdd(tensor.Name, tensor)) throw new InvalidDataException($"'{_path}' holds the tensor '{tensor.Name}' twice.");
        }

        var alignment = values.TryGetValue(AlignmentKey, out var given) ? Convert.ToInt64(given.Items[0], null) : DefaultAlignment;
        if (alignment < 1) throw new InvalidDataException($"'{_path}': {AlignmentKey} is {alignment}; it must be positive.");
        (Values, Tensors, DataOffset) = (values, tensors, (_stream.Position + alignment - 1) / alignment * alignment);
        foreach (var tensor in tensors.Values.Where(tensor => tensor.Offset < 0 || DataOffset + tensor.Offset + tensor.Bytes > _stream.Length))
            throw new InvalidDataException($"'{_path}': tensor '{tensor.Name}' reaches beyond the end of the file; it is cut short.");
    }

    private static GgufTensor Entry(BinaryReader reader)
    {
        var name = Text(reader);
        var dimensions = reader.ReadUInt32();
        if (dimensions > MostDimensions) throw new ArgumentException($"tensor '{name}' has {dimensions} dimensions; there are at most {MostDimensions}.");
        var shape = new long[dimensions];
        for (var i = shape.Length - 1; i >= 0; i--) shape[i] = checked((long)reader.ReadUInt64());
        var tensor = new GgufTensor(name, GgufTypes.WithId(reader.ReadUInt32(), name), shape, checked((long)reader.ReadUInt64()));
        _ = tensor.Bytes;
        return tensor;
    }

    private GgufValue Value(BinaryReader reader)
    {
        var kind = (GgufKind)reader.ReadUInt32();
        if (kind != GgufKind.Array) return new GgufValue(kind, [Item(reader, kind)], false);
        var element = (GgufKind)reader.ReadUInt32();
        var count = Count(reader);
        List<object> items = [];
        for (var i = 0L; i < count; i++) items.Add(Item(reader, element));
        return new GgufValue(element, items, true);
    }

    private static object Item(BinaryReader reader, GgufKind kind) => kind switch
    {
        GgufKind.Uint8 => reader.ReadByte(),
        GgufKind.Int8 => reader.ReadSByte(),
        GgufKind.Uint16 => reader.ReadUInt16(),
        GgufKind.Int16 => reader.ReadInt16(),
        GgufKind.Uint32 => reader.ReadUInt32(),
        GgufKind.Int32 => reader.ReadInt32(),
        GgufKind.Float32 => reader.ReadSingle(),
        GgufKind.Bool => reader.ReadByte() != 0,
        GgufKind.String => Text(reader),
        GgufKind.Uint64 => reader.ReadUInt64(),
        GgufKind.Int64 => reader.ReadInt64(),
        GgufKind.Float64 => reader.ReadDouble(),
        _ => throw new ArgumentException($"a value is of the unknown kind {(uint)kind}."),
    };

    private static string Text(BinaryReader reader)
    {
        var length = Count(reader);
        var bytes = reader.ReadBytes(checked((int)length));
        return bytes.Length == length ? Encoding.UTF8.GetString(bytes) : throw new EndOfStreamException("a text ends early.");
    }

    /// <summary>No count can be larger than the bytes that are left: a damaged one must not take all memory.</summary>
    private static long Count(BinaryReader reader)
    {
        var count = reader.ReadUInt64();
        var left = reader.BaseStream.Length - reader.BaseStream.Position;
        return count <= (ulong)left ? (long)count : throw new EndOfStreamException($"{count} items are announced, {left} bytes are left.");
    }
}
