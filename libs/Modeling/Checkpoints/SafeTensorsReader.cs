using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;
using Platform.Torch;
using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints;

/// <summary>Reads a safetensors file through a memory map. Safe for concurrent reads.</summary>
public sealed unsafe class SafeTensorsReader : ITensorFile
{
    private const int LengthSize = 8;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _data;
    private readonly SafeFileHandle _content;
    private readonly long _dataOffset;
    private readonly Dictionary<string, SafeTensorsEntry> _tensors;
    private readonly Dictionary<ScalarType, Tensor> _mapped = []; // the whole file as elements of a type

    /// <exception cref="CheckpointException">The file is missing or no sound safetensors file.</exception>
    public SafeTensorsReader(string file)
    {
        File = file;
        if (!System.IO.File.Exists(file)) throw new CheckpointException($"'{file}' is missing.");
        var length = new FileInfo(file).Length;
        if (length < LengthSize + 2) throw new CheckpointException($"'{file}' is damaged: {length} bytes are too few for a safetensors file.");

        _content = System.IO.File.OpenHandle(file);
        var headerLength = 0;
        SafeTensorsHeader header;
        try
        {
            headerLength = HeaderLength(file, _content, length);
            var json = new byte[headerLength];
            RandomAccess.Read(_content, json, LengthSize);
            header = SafeTensorsHeader.Parse(file, json, length - LengthSize - headerLength);
        }
        catch
        {
            _content.Dispose();
            throw;
        }

        Metadata = header.Metadata;
        Tensors = header.Tensors;
        _tensors = header.Tensors.ToDictionary(tensor => tensor.Name);

        _map = MemoryMappedFile.CreateFromFile(file, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _dataOffset = LengthSize + headerLength;
        _data = start + _view.PointerOffset + _dataOffset;
    }

    public string File { get; }

    /// <summary>The tensors in the order of the header.</summary>
    public IReadOnlyList<SafeTensorsEntry> Tensors { get; }

    /// <summary>The free-form part of the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    IEnumerable<string> ITensorFile.Names => Tensors.Select(tensor => tensor.Name);

    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <exception cref="CheckpointException">The file has no such tensor.</exception>
    public SafeTensorsEntry Entry(string name) =>
        _tensors.TryGetValue(name, out var entry) ? entry : throw new CheckpointException($"'{File}' has no tensor '{name}'.");

    TensorEntry ITensorFile.Entry(string name) => Entry(name);

    /// <summary>A copy of the tensor on the CPU, in its stored type.</summary>
    /// <exception cref="CheckpointException">The file has no such tensor or its type is not supported.</exception>
    public Tensor Read(string name)
    {
        using var stored = View(Entry(name));
        return stored.clone();
    }

    Tensor? ITensorFile.Map(string name)
    {
        var entry = Entry(name);
        if (entry.Begin == entry.End) return null;
        var dtype = Dtype(entry);
        var elements = entry.Shape.Aggregate(1L, (product, size) => product * size);
        var (width, position) = ((entry.End - entry.Begin) / elements, _dataOffset + entry.Begin);
        if (position % width != 0) return null;
        lock (_mapped)
        {
            using var scope = NewDisposeScope();
            if (!_mapped.TryGetValue(dtype, out var whole))
            {
                whole = from_file(File, shared: false, RandomAccess.GetLength(_content) / width, dtype, CPU, false);
                _mapped[dtype] = whole.DetachFromDisposeScope();
            }

            return whole.narrow(0, position / width, elements).view(entry.Shape).MoveToOuterDisposeScope();
        }
    }

    /// <summary>
    /// Copies the tensor into an existing one: by the system straight into its memory where the bytes are the same, else through
    /// the map, converting type and device in the same pass.
    /// </summary>
    /// <exception cref="CheckpointException">The file has no such tensor or the shapes differ.</exception>
    public void ReadInto(string name, Tensor destination)
    {
        var entry = Entry(name);
        if (!entry.Shape.AsSpan().SequenceEqual(destination.shape)) throw TensorFiles.OtherShape(File, entry, destination);
        if (TensorFiles.IsPlain(destination, Dtype(entry)))
        {
            Fill(entry, (byte*)RawMemory.Address(destination));
            return;
        }

        using var stored = View(entry);
        using var noGradients = no_grad();
        destination.copy_(stored);
        RawMemory.Forget((nint)(_data + entry.Begin), entry.End - entry.Begin);
    }

    private void Fill(SafeTensorsEntry entry, byte* memory)
    {
        for (var position = entry.Begin; position < entry.End;)
        {
            var chunk = new Span<byte>(memory + (position - entry.Begin), (int)Math.Min(entry.End - position, TensorFiles.ChunkSize));
            var count = RandomAccess.Read(_content, chunk, _dataOffset + position);
            if (count == 0) throw new CheckpointException($"'{File}': tensor '{entry.Name}' ends early: the file was truncated while it was read.");
            position += count;
        }
    }

    private Tensor View(SafeTensorsEntry entry) => RawMemory.View((nint)(_data + entry.Begin), Dtype(entry), entry.Shape);

    private ScalarType Dtype(SafeTensorsEntry entry) => SafeTensorsDtypes.TypeOf(entry.Dtype)
        ?? throw new CheckpointException($"'{File}': tensor '{entry.Name}' has the type {entry.Dtype}, which libtorch's C# binding lacks.");

    private static int HeaderLength(string file, SafeFileHandle content, long length)
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
        foreach (var whole in _mapped.Values) whole.Dispose();
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
        _content.Dispose();
    }
}
