using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Platform.Torch;
using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints;

/// <summary>Reads a safetensors file through a memory map. Safe for concurrent reads.</summary>
public sealed unsafe class SafeTensorsReader : IDisposable
{
    private const int LengthSize = 8;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _data;
    private readonly Dictionary<string, TensorEntry> _tensors;

    /// <exception cref="CheckpointException">The file is missing or no sound safetensors file.</exception>
    public SafeTensorsReader(string file)
    {
        File = file;
        if (!System.IO.File.Exists(file)) throw new CheckpointException($"'{file}' is missing.");
        var length = new FileInfo(file).Length;
        if (length < LengthSize + 2) throw new CheckpointException($"'{file}' is damaged: {length} bytes are too few for a safetensors file.");

        using var content = System.IO.File.OpenHandle(file);
        var headerLength = HeaderLength(file, content, length);
        var json = new byte[headerLength];
        RandomAccess.Read(content, json, LengthSize);
        var header = SafeTensorsHeader.Parse(file, json, length - LengthSize - headerLength);
        Metadata = header.Metadata;
        Tensors = header.Tensors;
        _tensors = header.Tensors.ToDictionary(tensor => tensor.Name);

        _map = MemoryMappedFile.CreateFromFile(file, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _data = start + _view.PointerOffset + LengthSize + headerLength;
    }

    public string File { get; }

    /// <summary>The tensors in the order of the header.</summary>
    public IReadOnlyList<TensorEntry> Tensors { get; }

    /// <summary>The free-form part of the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <exception cref="CheckpointException">The file has no such tensor.</exception>
    public TensorEntry Entry(string name) =>
        _tensors.TryGetValue(name, out var entry) ? entry : throw new CheckpointException($"'{File}' has no tensor '{name}'.");

    /// <summary>A copy of the tensor on the CPU, in its stored type.</summary>
    /// <exception cref="CheckpointException">The file has no such tensor or its type is not supported.</exception>
    public Tensor Read(string name)
    {
        using var stored = View(Entry(name));
        return stored.clone();
    }

    /// <summary>Copies the tensor into an existing one, converting type and device in the same pass.</summary>
    /// <exception cref="CheckpointException">The file has no such tensor or the shapes differ.</exception>
    public void ReadInto(string name, Tensor destination)
    {
        var entry = Entry(name);
        if (!entry.Shape.AsSpan().SequenceEqual(destination.shape))
        {
            throw new CheckpointException($"'{File}': tensor '{name}' has the shape [{string.Join(", ", entry.Shape)}], the model needs [{string.Join(", ", destination.shape)}].");
        }

        using var stored = View(entry);
        using var noGradients = no_grad();
        destination.copy_(stored);
    }

    private Tensor View(TensorEntry entry)
    {
        var dtype = SafeTensorsDtypes.TypeOf(entry.Dtype)
            ?? throw new CheckpointException($"'{File}': tensor '{entry.Name}' has the type {entry.Dtype}, which libtorch's C# binding lacks.");
        return RawMemory.View((nint)(_data + entry.Begin), dtype, entry.Shape);
    }

    private static int HeaderLength(string file, Microsoft.Win32.SafeHandles.SafeFileHandle content, long length)
    {
        Span<byte> prefix = stackalloc byte[LengthSize];
        RandomAccess.Read(content, prefix, 0);
        var stated = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        return stated <= SafeTensorsHeader.MaximumLength && (long)stated <= length - LengthSize
            ? (int)stated
            : throw new CheckpointException($"'{file}' is damaged: it states a header of {stated} bytes; {Math.Min(SafeTensorsHeader.MaximumLength, length - LengthSize)} are possible.");
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
